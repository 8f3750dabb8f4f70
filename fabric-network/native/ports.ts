import { randomInt } from 'node:crypto';
import { isPortFree } from '../../tools/ports';
import { FabricNetworkError } from '../error';
import type { NodeProcess } from './node-process';

/**
 * Free ports are looked for below the range from which operating systems take the ports of outgoing connections: a
 * network keeps its ports while it is down, and a port of that range may be taken when it comes back.
 */
const LOWEST = 12_000;
const HIGHEST = 32_000;

/** Ports that nobody listens on, all different. */
export async function freeKeptPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) found.add(port);
  }
  return [...found];
}

/** @throws FabricNetworkError port-in-use, which names the first port that a node could not listen on */
export async function requirePortsFree(nodes: readonly NodeProcess[]): Promise<void> {
  for (const { name, options } of nodes) {
    for (const { use, port } of options.ports) {
      if (await isPortFree(port)) continue;
      throw new FabricNetworkError(
        'port-in-use',
        `Port ${port} (${use} of ${name}) is in use. Stop what uses it: a Fabric network of another copy of this ` +
          `project, perhaps; \`lsof -nP -iTCP:${port} -sTCP:LISTEN\` shows it.`,
      );
    }
  }
}
