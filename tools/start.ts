/** `npm start`: the three companies on this machine, without data, for your own. */
import { parseArgs } from 'node:util';
import { requireNotRunning } from './in-use';
import { withNetwork } from './lifetime';
import { keyDirOf, stateDirOf } from './paths';
import { runTool, UsageError } from './tool';

const USAGE = `npm start -- [options]

  --ports auto        any free ports instead of 3001 to 3003 and 4001 to 4003; kept from then on
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const dir = stateDirOf('start');
  const keyDir = keyDirOf('start');
  const ports = portsOf(args);
  await requireNotRunning(dir);
  process.stdout.write(
    'Starting Manufacturer-A, Manufacturer-B and Servicer-S, each a process of its own.\n\n',
  );
  await withNetwork(
    { dir, keyDir, ports },
    {
      stay: true,
      work: async (network) => {
        const companies = network.companies.map(
          ({ options: { company, displayName }, url, inbox }) =>
            `  ${displayName.padEnd(14)}  ${`${url}/docs`.padEnd(28)}  ${company}, inbox ${inbox}`,
        );
        process.stdout.write(
          `${companies.join('\n')}\n\nState and logs are in ${dir},\nthe keys that encrypt the state in ${keyDir}: back them up apart.\n` +
            'Running. Ctrl-C stops it, `npm start` goes on later, `npm run reset` clears it.\n',
        );
      },
    },
  );
}

function portsOf(args: readonly string[]): 'usual' | 'free' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ports: { type: 'string', default: 'usual' } },
    });
    if (values.ports === 'usual') return 'usual';
    if (values.ports === 'auto') return 'free';
    throw new UsageError(`--ports ${values.ports} is not there; there is auto`);
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

runTool('start', USAGE, main);
