import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeBrokerFiles } from '../broker/files';
import { applicationUser, OPERATOR } from '../broker/permissions';
import { COMPOSE_COMPANIES, NATS } from './compose-site';

/** Folder of what the Compose file mounts and must not contain, relative to it; not under version control. */
export const SECRETS_DIR = '.tacit/compose';

const KEY_LENGTH = 32;

/** Every file that the Compose file mounts, by the name that it has there. */
export const BROKER_FILES = {
  config: 'broker/nats-server.conf',
  certificate: 'broker/tls/server.pem',
  key: 'broker/tls/server-key.pem',
  authority: 'broker/tls/ca.pem',
  operatorPassword: `broker/passwords/${OPERATOR}`,
} as const;

export const passwordFileOf = (company: string): string => `broker/passwords/${applicationUser(company)}`;
export const atRestKeyFileOf = (company: string): string => `keys/${company}.at-rest.key`;
export const batchKeyFileOf = (company: string): string => `keys/${company}.batch.key`;

/** Makes the files that are not there yet; what is there is kept. @param root folder of the Compose file */
export async function writeSecretFiles(root: string): Promise<void> {
  const dir = path.join(root, SECRETS_DIR);
  const companies = COMPOSE_COMPANIES.map(({ company }) => company);
  await writeBrokerFiles({
    dir: path.join(dir, 'broker'),
    dirAtServer: NATS.dir,
    companies,
    listen: `0.0.0.0:${NATS.port}`,
    hosts: [NATS.node, 'localhost', '127.0.0.1'],
  });
  for (const file of companies.flatMap((company) => [atRestKeyFileOf(company), batchKeyFileOf(company)])) {
    const target = path.join(dir, file);
    if (fs.existsSync(target)) continue;
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    fs.writeFileSync(target, randomBytes(KEY_LENGTH), { mode: 0o600, flag: 'wx' });
  }
}
