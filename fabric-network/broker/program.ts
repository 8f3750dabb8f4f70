import * as fs from 'node:fs';
import * as path from 'node:path';
import { BrokerError } from './error';

/**
 * The nats-server that NATS_SERVER_BIN names, or that is on PATH.
 * @throws BrokerError missing-program
 */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['NATS_SERVER_BIN'];
  const candidates =
    named === undefined || named === ''
      ? (env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'nats-server'))
      : [path.resolve(named)];
  const file = candidates.find(isExecutable);
  if (file !== undefined) return file;
  const where = named === undefined || named === '' ? 'on PATH' : `at NATS_SERVER_BIN (${named})`;
  throw new BrokerError(
    'missing-program',
    `nats-server is not ${where}. With Go, \`go install github.com/nats-io/nats-server/v2@v2.14.5\` puts it into ` +
      '`go env GOPATH`/bin; add that folder to PATH, or name the program in NATS_SERVER_BIN.',
  );
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
