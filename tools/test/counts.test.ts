import { countSuites } from './counts';

const suite = (name: string, status: string, tests: Record<string, string>): object => ({
  name: `/project/${name}`,
  status,
  assertionResults: Object.entries(tests).map(([fullName, state]) => ({ fullName, status: state })),
});

const count = (...testResults: object[]): ReturnType<typeof countSuites> =>
  countSuites({ testResults } as unknown as Parameters<typeof countSuites>[0], '/project');

describe('counting tests', () => {
  it('adds up files and names what failed and what was skipped', () => {
    const result = count(
      suite('a.test.ts', 'failed', { one: 'passed', two: 'failed' }),
      suite('b.test.ts', 'passed', { three: 'passed', 'four (needs Docker)': 'pending', five: 'todo' }),
    );
    expect(result).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      failures: ['a.test.ts: two'],
      skips: ['b.test.ts: four (needs Docker)', 'b.test.ts: five'],
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(count(suite('a.test.ts', 'failed', {}))).toMatchObject({
      failed: 1,
      failures: ['a.test.ts: could not be run'],
    });
  });
});
