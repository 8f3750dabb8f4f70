import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, basename } from 'node:path';
import { ConfigError } from '../config';

const KEY_LENGTH = 32;

/**
 * A key of 32 bytes, such as the at-rest key. Made at first start, readable by its owner only.
 * @param mayCreate false when something is already sealed with a key that should be there
 * @param setting what the configuration calls the file
 * @throws ConfigError when the file lies inside the state folder (a backup of the folder would hold the key to
 * itself), is readable by others, is not a key, or is missing although it was used.
 */
export function readKeyFile(
  keyFile: string,
  stateDir: string,
  mayCreate: boolean,
  setting = 'keyFile',
): Uint8Array {
  const folder = dirname(resolve(keyFile));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(realpathSync(folder), basename(keyFile));
  if (isInside(existsSync(file) ? realpathSync(file) : file, realpathSync(stateDir))) {
    throw new ConfigError(
      `${setting}: must be outside stateDir, so that a copy of the state alone opens nothing`,
    );
  }
  if (!existsSync(file)) {
    if (!mayCreate) {
      throw new ConfigError(
        `${setting}: ${keyFile} is missing, and the state was encrypted with it; restore it from its backup`,
      );
    }
    createKeyFile(file);
  }
  const handle = openSync(file, 'r');
  try {
    if ((fstatSync(handle).mode & 0o077) !== 0) {
      throw new ConfigError(`${setting}: others may read ${keyFile}; do: chmod 600 ${keyFile}`);
    }
    const key = readFileSync(handle);
    if (key.length !== KEY_LENGTH) throw new ConfigError(`${setting}: ${keyFile} is not a key of 32 bytes`);
    return new Uint8Array(key);
  } finally {
    closeSync(handle);
  }
}

function createKeyFile(file: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, randomBytes(KEY_LENGTH));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function isInside(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return path === '' || (!path.startsWith('..') && !isAbsolute(path));
}
