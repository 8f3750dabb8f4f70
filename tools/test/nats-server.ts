import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findNatsServer } from '../../fabric-network/broker/program';
import { projectRoot } from '../paths';

/** The version that the tests were written against; also that of docker-compose.yml. */
const VERSION = 'v2.14.5';
const PACKAGE = `github.com/nats-io/nats-server/v2@${VERSION}`;
/** Where this project keeps programs that it installed for its own tests. */
const PROGRAMS = path.join(projectRoot, 'node_modules', '.cache', 'tacit-programs');
const INSTALL_TIMEOUT_MS = 300_000;

/** `nats-server` when this machine has none. */
export function missingNatsPrograms(): readonly string[] {
  try {
    findNatsServer();
    return [];
  } catch {
    return ['nats-server'];
  }
}

/**
 * Makes nats-server available to the tests, where it is not on PATH: with `CI=true` the Go client installs it,
 * elsewhere a line says how.
 */
export async function provideNatsServer(say: (text: string) => void): Promise<void> {
  process.env['PATH'] = [process.env['PATH'] ?? '', PROGRAMS].join(path.delimiter);
  if (missingNatsPrograms().length === 0) return;
  if (process.env['CI'] !== 'true') {
    say(`nats-server is not on PATH; with Go, this installs it: go install ${PACKAGE}`);
    return;
  }
  say(`installing nats-server ${VERSION} for the tests`);
  fs.mkdirSync(PROGRAMS, { recursive: true });
  try {
    await promisify(execFile)('go', ['install', PACKAGE], {
      env: { ...process.env, GOBIN: PROGRAMS, GOFLAGS: '-mod=mod' },
      timeout: INSTALL_TIMEOUT_MS,
    });
  } catch (error) {
    say(`nats-server could not be installed: ${(error as Error).message}`);
  }
}
