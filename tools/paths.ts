import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** The project's folder, from the sources as well as from dist/. */
export const projectRoot = findRoot(__dirname);

/** State of everything that `npm run demo` and `npm start` run, one folder each. */
export const stateRoot = path.join(projectRoot, '.tacit');

/** State of the Fabric network that `npm run fabric:up` starts. */
export const fabricDir = path.join(stateRoot, 'fabric');

/** State of the message broker beside it: configuration, passwords, streams. */
export const brokerDir = path.join(stateRoot, 'broker');

/** Name of the companies of a network on this machine; what they remember belongs to the ledger that they used. */
export type Instance = 'demo' | 'demo-fabric' | 'start' | 'companies';

export const INSTANCES: readonly Instance[] = ['demo', 'demo-fabric', 'start', 'companies'];

export function stateDirOf(instance: Instance): string {
  return path.join(stateRoot, instance);
}

/** At-rest keys live outside the state folder, so that a copy of the folder alone opens nothing. */
export function keyDirOf(instance: Instance): string {
  const config = process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config');
  return path.join(config, 'tacit', instance);
}

function findRoot(from: string): string {
  if (fs.existsSync(path.join(from, 'package.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('package.json not found: these tools run from the project’s folder');
  return findRoot(parent);
}
