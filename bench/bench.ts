// What encryption, evaluation and answer cost beside textbook Paillier, in one run on one core; and whether
// a company still answers while it makes keys.
import { parseArgs } from 'node:util';
import { PAILLIER_PROFILES, paillierProfile } from '@tacit/paillier';
import { runTool, UsageError } from '../tools/tool';
import { measureHealth } from './health';
import { measureProfile } from './profile';
import { machine, profileReport, table } from './report';

const USAGE = `npm run bench -- [options]

  --profile NAME   one profile instead of all: ${PAILLIER_PROFILES.map(({ name }) => name).join(', ')}
  --json           one JSON object on standard output instead of the table and the object
`;

async function main(args: readonly string[]): Promise<void> {
  const { json, profile: only } = optionsOf(args);
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
  if (!json) process.stdout.write(`${lines.join('\n')}\n\n`);
  process.stdout.write(`${JSON.stringify(report, null, json ? 0 : 2)}\n`);
}

function optionsOf(args: readonly string[]): { json: boolean; profile?: string } {
  try {
    const options = { json: { type: 'boolean', default: false }, profile: { type: 'string' } } as const;
    const { json, profile } = parseArgs({ args: [...args], options }).values;
    if (profile !== undefined) paillierProfile(profile);
    return { json, ...(profile !== undefined && { profile }) };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

runTool('bench', USAGE, main);
