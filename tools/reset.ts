/** `npm run reset`: clears what the demo, `npm start` and the network have stored. */
import * as fs from 'node:fs';
import { requireNotRunning } from './in-use';
import { INSTANCES, keyDirOf, stateDirOf } from './paths';
import { runTool, UsageError } from './tool';

const USAGE = `npm run reset -- [--keys]

  --keys              remove the at-rest keys too; other copies of this project on this machine share them
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const unknown = args.find((arg) => arg !== '--keys');
  if (unknown !== undefined) throw new UsageError(`${unknown} is not an option`);
  const states = INSTANCES.map(stateDirOf).filter((dir) => fs.existsSync(dir));
  for (const dir of states) await requireNotRunning(dir);
  // The ledger and what companies remember of it go together.
  const { clearNetwork } = await import('../fabric-network/clear.js');
  const cleared = await clearNetwork();
  for (const dir of cleared) say(`removed ${dir}`);
  states.filter((dir) => fs.existsSync(dir)).forEach(remove);
  const keys = INSTANCES.map(keyDirOf).filter((dir) => fs.existsSync(dir));
  if (args.includes('--keys')) keys.forEach(remove);
  else if (keys.length > 0) say(`the at-rest keys stay in ${keys.join(' and ')}; \`-- --keys\` removes them`);
  if (states.length + cleared.length === 0) say('there was no state to clear');
}

function remove(dir: string): void {
  fs.rmSync(dir, { recursive: true });
  say(`removed ${dir}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

runTool('reset', USAGE, main);
