// What encryption, evaluation and answer cost beside textbook Paillier, in one run on one core.
import { parseArgs } from 'node:util';
import { PAILLIER_PROFILES } from '@tacit/paillier';
import { measureProfile } from './profile';
import { machine, profileReport, table } from './report';

const { json } = parseArgs({ options: { json: { type: 'boolean', default: false } } }).values;

const profiles = [...PAILLIER_PROFILES].reverse().map((profile) => {
  const progress = (step: string): void => void process.stderr.write(`${profile.name}: ${step}\n`);
  return profileReport(profile.name, measureProfile(profile, progress));
});
const report = { machine: machine(), clock: 'processor time, one core', profiles };

const text = Object.entries(report.machine).map(([what, value]) => `${what}: ${value}`);
const lines = [
  text.join(', '),
  `times: ${report.clock}`,
  ...profiles.flatMap((profile) => ['', ...table(profile)]),
];
if (!json) process.stdout.write(`${lines.join('\n')}\n\n`);
process.stdout.write(`${JSON.stringify(report, null, json ? 0 : 2)}\n`);
