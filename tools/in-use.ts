import * as fs from 'node:fs';
import * as path from 'node:path';
import { DatabaseError, lockState } from '@tacit/company';
import { ToolError } from './tool';

/**
 * @throws ToolError when a company runs from this network's folder
 */
export function requireNotRunning(networkDir: string): void {
  if (!fs.existsSync(networkDir)) return;
  const companies = fs
    .readdirSync(networkDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isInUse(path.join(networkDir, entry.name)))
    .map((entry) => entry.name);
  if (companies.length === 0) return;
  throw new ToolError(
    `${companies.join(', ')} still run from ${networkDir}; stop them first (Ctrl-C where they were started)`,
  );
}

function isInUse(stateDir: string): boolean {
  if (!fs.existsSync(path.join(stateDir, 'process.lock'))) return false;
  try {
    lockState(stateDir)();
    return false;
  } catch (error) {
    if (error instanceof DatabaseError) return true;
    throw error;
  }
}
