import * as path from 'node:path';

/** What a check found: numbers for the last line, names for what needs a look. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  readonly skips: readonly string[];
}

/** The part of Jest's `--json` result that is counted. */
export interface JestResult {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Counts tests by name. A file that could not even be loaded counts as one failed test. */
export function countSuites({ testResults }: JestResult, root: string): Count {
  return total(
    testResults.map(({ name, status, assertionResults }) => {
      const file = path.relative(root, name);
      const named = (...statuses: readonly string[]): string[] =>
        assertionResults
          .filter((test) => statuses.includes(test.status))
          .map((test) => `${file}: ${test.fullName}`);
      const failures = named('failed');
      if (status === 'failed' && failures.length === 0) failures.push(`${file}: could not be run`);
      const skips = named('pending', 'todo', 'skipped', 'disabled');
      const passed = named('passed').length;
      return { passed, failed: failures.length, skipped: skips.length, failures, skips };
    }),
  );
}

export function total(counts: readonly Count[]): Count {
  const sum = (field: 'passed' | 'failed' | 'skipped'): number =>
    counts.reduce((result, count) => result + count[field], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: counts.flatMap(({ failures }) => failures),
    skips: counts.flatMap(({ skips }) => skips),
  };
}
