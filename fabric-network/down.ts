/** `npm run fabric:down`: stops the Fabric network and the message broker of this project and keeps their data. */
import { brokerDir, fabricDir } from '../tools/paths';
import { runTool } from '../tools/tool';
import { Broker } from './broker';
import { FabricNetwork } from './fabric-network';
import { withoutArguments } from './report';

const USAGE = 'npm run fabric:down\n';

async function main(args: readonly string[]): Promise<void> {
  if (withoutArguments(args, USAGE)) return;
  const started = performance.now();
  await Promise.all([FabricNetwork.open({ dir: fabricDir }).stop(), Broker.open(brokerDir)?.stop()]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `Stopped after ${seconds} s. Its data stays in ${fabricDir}; npm run fabric:up goes on with it.\n`,
  );
}

runTool('fabric:down', USAGE, main);
