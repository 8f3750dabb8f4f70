/** `npm run fabric:up`: starts the Fabric network and the message broker of this project, or what of it does not run. */
import { brokerDir, fabricDir } from '../tools/paths';
import { runTool, UsageError } from '../tools/tool';
import { Broker, BrokerError } from './broker';
import { FabricNetwork } from './fabric-network';
import { describeBroker, describeNetwork } from './report';

const USAGE = `npm run fabric:up -- [options]

  --ports auto        any free ports instead of the usual ones; kept from then on
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const started = performance.now();
  const ports = portsOf(args);
  const onProgress = (text: string): boolean => process.stderr.write(`fabric: ${text}\n`);
  const network = await FabricNetwork.start({ dir: fabricDir, ports, onProgress });
  const companies = network.topology.members.map(({ mspId }) => mspId);
  const broker = await startBroker(companies, ports);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `${describeNetwork(network.topology, await network.status())}\n\n${broker}\n\n` +
      `Every channel answers, after ${seconds} s. Data and logs are in ${network.dir}.\n` +
      '`npm run fabric:down` stops it and keeps the data, `npm run fabric:reset` clears it.\n',
  );
}

/** The ledger works without a broker, so a machine without nats-server is told and not refused. */
async function startBroker(companies: readonly string[], ports: 'usual' | 'free'): Promise<string> {
  try {
    return describeBroker(await Broker.start({ dir: brokerDir, companies, ports }));
  } catch (error) {
    if (!(error instanceof BrokerError && error.code === 'missing-program')) throw error;
    return `  No message broker: ${error.message}`;
  }
}

function portsOf(args: readonly string[]): 'usual' | 'free' {
  const [option, value, ...more] = args;
  if (option === undefined) return 'usual';
  if (option === '--ports' && value === 'auto' && more.length === 0) return 'free';
  throw new UsageError(`${args.join(' ')}: there is only --ports auto`);
}

runTool('fabric:up', USAGE, main);
