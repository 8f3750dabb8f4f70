/** `npm run fabric:up`: starts the Fabric network of this project, or what of it does not run. */
import { fabricDir } from '../tools/paths';
import { runTool, UsageError } from '../tools/tool';
import { FabricNetwork } from './fabric-network';
import { describeNetwork } from './report';

const USAGE = `npm run fabric:up -- [options]

  --ports auto        any free ports instead of the usual ones; kept from then on
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const started = performance.now();
  const network = await FabricNetwork.start({
    dir: fabricDir,
    ports: portsOf(args),
    onProgress: (text) => process.stderr.write(`fabric: ${text}\n`),
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${describeNetwork(network.topology, await network.status())}\n\n` +
      `Every channel answers, after ${seconds} s. Data and logs are in ${network.dir}.\n` +
      '`npm run fabric:down` stops it and keeps the data, `npm run fabric:reset` clears it.\n',
  );
}

function portsOf(args: readonly string[]): 'usual' | 'free' {
  const [option, value, ...more] = args;
  if (option === undefined) return 'usual';
  if (option === '--ports' && value === 'auto' && more.length === 0) return 'free';
  throw new UsageError(`${args.join(' ')}: there is only --ports auto`);
}

runTool('fabric:up', USAGE, main);
