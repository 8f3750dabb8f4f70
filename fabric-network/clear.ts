import * as fs from 'node:fs';
import { requireNotRunning } from '../tools/in-use';
import { brokerDir, fabricDir, stateDirOf, type Instance } from '../tools/paths';
import { Broker } from './broker';
import { FabricNetwork } from './fabric-network';

/** Companies whose state means nothing without this ledger. */
const ON_FABRIC: readonly Instance[] = ['demo-fabric', 'companies'];

/**
 * Stops the Fabric network and the broker and removes them, with what companies remember of that ledger.
 * @returns the folders that were removed
 * @throws ToolError while such a company runs
 */
export async function clearNetwork(): Promise<readonly string[]> {
  const folders = [fabricDir, brokerDir, ...ON_FABRIC.map(stateDirOf)].filter((dir) => fs.existsSync(dir));
  for (const dir of folders.filter((dir) => dir !== fabricDir && dir !== brokerDir))
    await requireNotRunning(dir);
  await Promise.all([stopFabric(), Broker.open(brokerDir)?.stop()]);
  for (const dir of folders) fs.rmSync(dir, { recursive: true });
  return folders;
}

async function stopFabric(): Promise<void> {
  if (fs.existsSync(fabricDir)) await FabricNetwork.open({ dir: fabricDir }).stop();
}
