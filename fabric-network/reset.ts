/** `npm run fabric:reset`: stops the Fabric network and removes its ledgers, certificates and keys. */
import * as fs from 'node:fs';
import { fabricDir } from '../tools/paths';
import { runTool } from '../tools/tool';
import { FabricNetwork } from './fabric-network';
import { withoutArguments } from './report';

const USAGE = 'npm run fabric:reset\n';

async function main(args: readonly string[]): Promise<void> {
  if (withoutArguments(args, USAGE)) return;
  if (!fs.existsSync(fabricDir)) {
    process.stdout.write('There was nothing to clear.\n');
    return;
  }
  await FabricNetwork.open({ dir: fabricDir }).stop();
  fs.rmSync(fabricDir, { recursive: true });
  process.stdout.write(`Removed ${fabricDir}. What companies remember of it is cleared by npm run reset.\n`);
}

runTool('fabric:reset', USAGE, main);
