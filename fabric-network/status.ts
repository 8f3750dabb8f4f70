/** `npm run fabric:status`: what of the Fabric network runs; fails when something does not. */
import { brokerDir, fabricDir } from '../tools/paths';
import { runTool } from '../tools/tool';
import { Broker } from './broker';
import { FabricNetworkError } from './error';
import { FabricNetwork } from './fabric-network';
import { describeBroker, describeNetwork, withoutArguments } from './report';

const USAGE = 'npm run fabric:status\n';

async function main(args: readonly string[]): Promise<void> {
  if (withoutArguments(args, USAGE)) return;
  const network = FabricNetwork.open({ dir: fabricDir });
  const nodes = await network.status();
  const broker = Broker.open(brokerDir);
  process.stdout.write(`${describeNetwork(network.topology, nodes)}\n`);
  if (broker !== undefined) process.stdout.write(`\n${describeBroker(broker)}\n`);
  const stopped = nodes.filter(({ running }) => !running).map(({ name }) => name);
  if (stopped.length === 0) return;
  throw new FabricNetworkError(
    'not-running',
    `${stopped.join(', ')} ${stopped.length === 1 ? 'does' : 'do'} not run: npm run fabric:up starts what is missing`,
  );
}

runTool('fabric:status', USAGE, main);
