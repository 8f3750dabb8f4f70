import * as fs from 'node:fs';
import * as path from 'node:path';
import { ToolError } from './tool';

/** @throws ToolError when a company runs from this network's folder */
export async function requireNotRunning(networkDir: string): Promise<void> {
  if (!fs.existsSync(networkDir)) return;
  const states = fs
    .readdirSync(networkDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(networkDir, name))
    .filter((dir) => fs.existsSync(path.join(dir, 'process.lock')));
  // Loaded only here: the kit takes a second, and a fresh network has nothing to ask it.
  const { DatabaseError, lockState } = await import('@tacit/company');
  const running: string[] = [];
  for (const dir of states) {
    try {
      lockState(dir)();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      running.push(path.basename(dir));
    }
  }
  if (running.length === 0) return;
  throw new ToolError(
    `${running.join(', ')} still run from ${networkDir}; stop them first, with Ctrl-C where they were started`,
  );
}
