/**
 * `npm test`: every check that this machine can run. The last line counts Jest's tests, and each check that is not
 * Jest's as one. `npm run lint` and its like are single checks of the same list; some of them, which take minutes and
 * the whole machine, run only when they are named.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { missingPrograms } from '../fabric-network/programs';
import { countSuites, total, type Count, type JestResult } from './test/counts';
import { missingNatsPrograms, provideNatsServer } from './test/nats-server';
import { projectRoot } from './paths';
import { runTool, ToolError, UsageError } from './tool';

interface Check {
  readonly name: string;
  readonly says: string;
  /** Program inside node_modules, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly jest?: boolean;
  /** Programs that it needs and that this machine lacks; with all of them there, a skipped test is a failed one. */
  readonly lacks?: () => readonly string[];
  /** Runs only when it is named. */
  readonly onDemand?: boolean;
}

const JEST = 'jest/bin/jest.js';

const CHECKS: readonly Check[] = [
  { name: 'format', says: 'prettier', command: ['prettier/bin/prettier.cjs', '--check', '.'] },
  {
    name: 'layers',
    says: 'who may import whom',
    command: ['dependency-cruiser/bin/dependency-cruise.mjs', ...layers()],
  },
  { name: 'lint', says: 'eslint with types', command: ['eslint/bin/eslint.js', '.', '--max-warnings=0'] },
  { name: 'types', says: 'the TypeScript compiler', command: ['typescript/bin/tsc', '-p', '.'] },
  jestCheck('unit', 'units, properties and vectors'),
  jestCheck('network', 'scenarios, attacks and crashes on running companies'),
  jestCheck('nats', 'the scenarios over NATS, the broker, batch jobs', missingNatsPrograms),
  jestCheck('fabric', 'the scenarios on real Fabric, and what only Fabric does', missingNetworkPrograms),
  { ...jestCheck('deep', 'units of the cryptography at full counts'), onDemand: true },
  {
    ...jestCheck('faults', 'kills and a partition on the real network', missingNetworkPrograms),
    onDemand: true,
  },
];

function missingNetworkPrograms(): readonly string[] {
  return [...missingPrograms(), ...missingNatsPrograms()];
}

function jestCheck(name: string, says: string, lacks?: () => readonly string[]): Check {
  const command = [JEST, '--selectProjects', name, '--maxWorkers=2'] as const;
  return { name, says, command, jest: true, ...(lacks && { lacks }) };
}

/** Checks that only read files run two at a time; the others want the machine for themselves. */
const AT_ONCE = 2;

const USAGE = `npm test -- [check [arguments]]

${CHECKS.map(({ name, says, onDemand }) => `  ${name.padEnd(10)} ${says}${onDemand === true ? ' (only when named)' : ''}`).join('\n')}
`;

async function main([name, ...extra]: readonly string[]): Promise<void> {
  const wanted = CHECKS.filter((check) =>
    name === undefined ? check.onDemand !== true : check.name === name,
  );
  if (wanted.length === 0) throw new UsageError(`there is no check ${name ?? ''}`);
  if (wanted.some(({ lacks }) => lacks !== undefined)) await provideNatsServer(say);
  const waiting = wanted.filter(({ jest }) => jest !== true);
  const counts: Count[] = [];
  const workOff = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      counts.push(await runCheck(check, extra));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, workOff));
  // On Fabric the scenarios run over NATS: a whole run does not repeat them on the dev ledger.
  const isWhole = name === undefined && missingNetworkPrograms().length === 0;
  for (const check of wanted.filter(({ jest }) => jest === true)) {
    const only = isWhole && check.name === 'nats' ? ['--testPathPatterns', 'test/nats/'] : extra;
    counts.push(await runJest(check, only));
  }

  const { passed, failed, skipped, failures, skips } = total(counts);
  if (skips.length > 0)
    say(`\nSKIPPED, so not checked on this machine:\n${skips.map((line) => `  ${line}`).join('\n')}`);
  if (failures.length > 0) say(`\nFAILED:\n${failures.map((line) => `  ${line}`).join('\n')}`);
  say(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0) process.exitCode = 1;
}

async function runCheck(check: Check, extra: readonly string[]): Promise<Count> {
  const chunks: Buffer[] = [];
  const { code, seconds } = await run(check, extra, (chunk) => chunks.push(chunk));
  say(`${code === 0 ? 'passed' : 'FAILED'}  ${check.name} (${check.says}, ${seconds} s)`);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0, failures: [], skips: [] };
  process.stdout.write(Buffer.concat(chunks));
  return { passed: 0, failed: 1, skipped: 0, failures: [check.name], skips: [] };
}

async function runJest(check: Check, extra: readonly string[]): Promise<Count> {
  say(`\n${check.name} (${check.says})`);
  const lacking = check.lacks?.() ?? [];
  if (lacking.length > 0) return skipped(check, lacking, extra);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-test-'));
  try {
    const file = path.join(folder, 'result.json');
    const { code, seconds } = await run(check, ['--json', `--outputFile=${file}`, ...extra]);
    if (!fs.existsSync(file))
      throw new ToolError(`jest ended without a result (exit code ${code ?? 'none'})`);
    const count = countSuites(JSON.parse(fs.readFileSync(file, 'utf8')) as JestResult, projectRoot);
    say(`${code === 0 ? 'passed' : 'FAILED'}  ${check.name} (${count.passed} tests, ${seconds} s)`);
    if (check.lacks !== undefined && count.skipped > 0) return withoutSkips(count);
    // Jest also fails for reasons that no test shows, such as a coverage limit or no test at all.
    return code === 0 || count.failed > 0
      ? count
      : { ...count, failed: 1, failures: [`${check.name}: jest failed`] };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A check whose programs are not there: each of its suites counts as skipped. */
async function skipped(check: Check, lacking: readonly string[], extra: readonly string[]): Promise<Count> {
  const chunks: Buffer[] = [];
  await run(check, ['--listTests', ...extra], (chunk) => chunks.push(chunk));
  const suites = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((line) => path.isAbsolute(line));
  const skips = suites.map((file) => `${check.name}: ${path.relative(projectRoot, file)}`);
  say(
    `SKIPPED ${check.name}: this machine lacks ${[...new Set(lacking)].join(', ')} (${suites.length} suites)`,
  );
  return { passed: 0, failed: 0, skipped: skips.length, failures: [], skips };
}

/** Everything that these tests need is there, so one that did not run is a failure. */
function withoutSkips({ skips, failures, failed, ...count }: Count): Count {
  const unexcused = skips.map((test) => `${test} (skipped, although its programs are there)`);
  return {
    ...count,
    failed: failed + skips.length,
    skipped: 0,
    failures: [...failures, ...unexcused],
    skips: [],
  };
}

/** Runs a check; its output goes to `take`, or to this process's own. */
function run(
  { command: [program, ...args] }: Check,
  extra: readonly string[],
  take?: (chunk: Buffer) => void,
): Promise<{ code: number | null; seconds: number }> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [path.join(projectRoot, 'node_modules', program), ...args, ...extra],
      {
        cwd: projectRoot,
        // Jest writes its report on standard error; with --json, standard output would hold the result again.
        stdio: take === undefined ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'pipe', 'pipe'],
      },
    );
    const end = (signal: NodeJS.Signals): void => {
      child.once('close', () => process.exit(1));
      child.kill(signal);
    };
    process.on('SIGINT', end).on('SIGTERM', end);
    child.stdout?.on('data', (chunk: Buffer) => take?.(chunk));
    child.stderr?.on('data', (chunk: Buffer) => take?.(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve({ code, seconds: Math.round((performance.now() - started) / 1000) });
    });
  });
}

function layers(): string[] {
  return ['libs', 'apps', 'chaincode', 'fabric-network', '--config', '.dependency-cruiser.cjs'];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

runTool('test', USAGE, main);
