import { hashSync } from 'bcryptjs';
import { randomBytes, X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import { isIP } from 'node:net';
import * as path from 'node:path';
import { SUBJECT_TOKEN } from '@tacit/messaging';
import { issueServerCertificate } from './certificate';
import { BrokerError } from './error';
import { serverConfig, usersOf } from './server-config';

/**
 * bcrypt makes guessing a password slow; these are 256 random bits, which nobody guesses, so the lowest cost serves
 * and reconnecting stays cheap.
 */
const BCRYPT_COST = 4;
/** A certificate that ends sooner is made anew at the next start. */
const RENEW_BEFORE_MS = 60 * 86_400_000;

export interface BrokerFilesOptions {
  readonly dir: string;
  /** MSP IDs. */
  readonly companies: readonly string[];
  /** Where the server listens, `host:port`. */
  readonly listen: string;
  /** Names and addresses for the certificate. */
  readonly hosts: readonly string[];
  /** `dir` as the server sees it, in a container for instance; the same unless told. */
  readonly dirAtServer?: string;
}

export const configFile = (dir: string): string => path.join(dir, 'nats-server.conf');
export const authorityFile = (dir: string): string => path.join(dir, 'tls', 'ca.pem');
export const passwordFile = (dir: string, user: string): string => path.join(dir, 'passwords', user);

/**
 * Writes nats-server.conf, certificate and passwords into `dir`; what is there and good is kept, so that the users
 * of a running broker stay connected when a company is added. Each company is to be given `ca.pem` and its own two
 * password files, and nothing else.
 * @throws BrokerError `bad-company`
 */
export async function writeBrokerFiles(options: BrokerFilesOptions): Promise<void> {
  const { dir, companies, listen, hosts, dirAtServer = dir } = options;
  for (const company of companies) {
    if (SUBJECT_TOKEN.test(company)) continue;
    throw new BrokerError(
      'bad-company',
      `${company}: on NATS an MSP ID has letters, digits and hyphens only`,
    );
  }
  for (const folder of ['tls', 'passwords', 'jetstream']) {
    fs.mkdirSync(path.join(dir, folder), { recursive: true, mode: 0o700 });
  }
  await prepareCertificate(dir, hosts);
  const config = serverConfig({
    companies,
    listen,
    certificate: path.join(dirAtServer, 'tls', 'server.pem'),
    key: path.join(dirAtServer, 'tls', 'server-key.pem'),
    storeDir: path.join(dirAtServer, 'jetstream'),
    passwordHashes: preparePasswords(dir, usersOf(companies)),
  });
  writePrivate(configFile(dir), config);
}

async function prepareCertificate(dir: string, hosts: readonly string[]): Promise<void> {
  const file = path.join(dir, 'tls', 'server.pem');
  if (fs.existsSync(file)) {
    const present = new X509Certificate(fs.readFileSync(file));
    const named = hosts.every((host) => (isIP(host) ? present.checkIP(host) : present.checkHost(host)));
    if (named && Date.parse(present.validTo) - Date.now() > RENEW_BEFORE_MS) return;
  }
  const { authority, certificate, key } = await issueServerCertificate(hosts);
  writePrivate(authorityFile(dir), authority);
  writePrivate(path.join(dir, 'tls', 'server-key.pem'), key);
  writePrivate(file, certificate);
}

/** A password file for each user, and their hashes; a hash stays the same as long as the password does. */
function preparePasswords(dir: string, users: readonly string[]): Map<string, string> {
  const file = path.join(dir, 'password-hashes.json');
  const known = new Map(
    fs.existsSync(file)
      ? Object.entries(JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, string>)
      : [],
  );
  for (const user of users) {
    if (known.has(user) && fs.existsSync(passwordFile(dir, user))) continue;
    const password = randomBytes(32).toString('base64url');
    known.set(user, hashSync(password, BCRYPT_COST));
    writePrivate(passwordFile(dir, user), `${password}\n`);
  }
  writePrivate(file, JSON.stringify(Object.fromEntries(known), undefined, 2));
  return known;
}

/** Whole or not at all: the server may read the file at any time. */
function writePrivate(file: string, content: string): void {
  fs.writeFileSync(`${file}.new`, content, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
