import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** The project's folder, from the sources as well as from dist/. */
export const projectRoot = findRoot(__dirname);

/** State of everything that `npm run demo` and `npm start` run, one folder each. */
export const stateRoot = path.join(projectRoot, '.tacit');

/** Name of a network on this machine: `demo` or `start`. */
export type Instance = 'demo' | 'start';

export const INSTANCES: readonly Instance[] = ['demo', 'start'];

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
