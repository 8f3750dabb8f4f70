// What encryption, evaluation and answer cost beside textbook Paillier, in one run on one core, and whether
// a company still answers while it makes keys; or what three companies achieve together on a real network.
import { parseArgs } from 'node:util';
import { PAILLIER_PROFILES, paillierProfile } from '@tacit/paillier';
import { runTool, UsageError } from '../tools/tool';
import { measureHealth } from './health';
import { measureNetwork, type LoadLevel } from './network/network';
import { networkReport, networkTable } from './network/report';
import { measureProfile } from './profile';
import { machine, profileReport, table } from './report';

const USAGE = `npm run bench -- [options]

  --profile NAME   one profile instead of all: ${PAILLIER_PROFILES.map(({ name }) => name).join(', ')}
  --ledger fabric  instead: comparisons a minute, from reading to outcome, on Fabric and NATS (paillier-3072 unless
                   told otherwise; ten minutes, of which the first go into a stock of keys)
  --json           one JSON object on standard output instead of the table and the object
`;

const LOAD_LEVELS: readonly LoadLevel[] = [
  { inFlight: 1, comparisons: 12 },
  { inFlight: 8, comparisons: 48 },
  { inFlight: 32, comparisons: 96 },
];

async function main(args: readonly string[]): Promise<void> {
  const { json, profile: only, ledger } = optionsOf(args);
  if (ledger !== undefined) {
    await benchNetwork(only ?? 'paillier-3072', json);
    return;
  }
  const chosen = only === undefined ? [...PAILLIER_PROFILES].reverse() : [paillierProfile(only)];
  const say = (profile: string) => (step: string) => void process.stderr.write(`${profile}: ${step}\n`);
  const profiles = chosen.map((profile) =>
    profileReport(profile.name, measureProfile(profile, say(profile.name))),
  );
  const busiest = chosen.at(-1)?.name ?? '';
  say(busiest)('GET /health while keys are made');
  const health = { profile: busiest, ...(await measureHealth(busiest)) };
  const report = { machine: machine(), clock: 'processor time, one core', profiles, health };

  const text = Object.entries(report.machine).map(([what, value]) => `${what}: ${value}`);
  const lines = [
    text.join(', '),
    `times: ${report.clock}`,
    ...profiles.flatMap((profile) => ['', ...table(profile)]),
    '',
    `GET /health while keys of ${busiest} are made: p50 ${health.p50} ms, p99 ${health.p99} ms by the clock`,
    `  ${health.reached ? 'reached' : 'MISSED '}  p99 at most ${health.required} ms`,
  ];
  print(report, lines, json);
}

async function benchNetwork(profile: string, json: boolean): Promise<void> {
  const progress = (step: string): void => void process.stderr.write(`${step}\n`);
  const levels = await measureNetwork({ profile, levels: LOAD_LEVELS, progress });
  const network = networkReport(profile, levels);
  const report = { machine: machine(), network };
  const text = Object.entries(report.machine).map(([what, value]) => `${what}: ${value}`);
  print(report, [text.join(', '), '', ...networkTable(network)], json);
}

function print(report: object, lines: readonly string[], json: boolean): void {
  if (!json) process.stdout.write(`${lines.join('\n')}\n\n`);
  process.stdout.write(`${JSON.stringify(report, null, json ? 0 : 2)}\n`);
}

interface Options {
  readonly json: boolean;
  readonly profile?: string;
  readonly ledger?: 'fabric';
}

function optionsOf(args: readonly string[]): Options {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
      ledger: { type: 'string' },
    } as const;
    const { json, profile, ledger } = parseArgs({ args: [...args], options }).values;
    if (profile !== undefined) paillierProfile(profile);
    if (ledger !== undefined && ledger !== 'fabric') throw new Error('--ledger takes fabric');
    return { json, ...(profile !== undefined && { profile }), ...(ledger !== undefined && { ledger }) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

runTool('bench', USAGE, main);
