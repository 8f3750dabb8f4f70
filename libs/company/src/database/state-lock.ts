import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LibsqlDatabase } from './libsql';
import { DatabaseError } from './errors';

/**
 * Claims a state folder for this process: two processes on one folder would run every job twice. The claim is an
 * exclusive SQLite transaction, so the operating system releases it however the process ends.
 * @throws DatabaseError `state-in-use`
 */
export function lockState(stateDir: string): () => void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const lock = new LibsqlDatabase(join(stateDir, 'process.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new DatabaseError(
      'state-in-use',
      `another process uses the state folder ${stateDir}; stop it first, or give this company its own stateDir`,
      { cause },
    );
  }
  return () => {
    lock.exec('ROLLBACK');
    lock.close();
  };
}
