import { applicationPermissions, erpPermissions, OPERATOR, applicationUser, erpUser } from './permissions';

/** Longest message, in bytes: an envelope of `MAX_MESSAGE_BYTES`, Nest's frame around it, and room for headers. */
export const MAX_PAYLOAD_BYTES = 1_048_576;
/** What all streams together may take on disk. */
const MAX_STORE_BYTES = 8 * 1024 ** 3;

/** Everything in nats-server.conf that depends on the place; paths are as the server sees them. */
export interface ServerConfigOptions {
  readonly companies: readonly string[];
  /** `host:port` */
  readonly listen: string;
  readonly certificate: string;
  readonly key: string;
  readonly storeDir: string;
  /** bcrypt, by user. */
  readonly passwordHashes: ReadonlyMap<string, string>;
}

/** Every user that the broker knows. */
export function usersOf(companies: readonly string[]): string[] {
  return [OPERATOR, ...companies.flatMap((company) => [applicationUser(company), erpUser(company)])];
}

/** The text of nats-server.conf. @throws RangeError for a user without a password */
export function serverConfig(options: ServerConfigOptions): string {
  const { companies, listen, certificate, key, storeDir, passwordHashes } = options;
  const passwordOf = (user: string): string => {
    const hash = passwordHashes.get(user);
    if (hash === undefined) throw new RangeError(`${user} has no password`);
    return hash;
  };
  const users = [
    { user: OPERATOR, password: passwordOf(OPERATOR) },
    ...companies.flatMap((company) => [
      {
        user: applicationUser(company),
        password: passwordOf(applicationUser(company)),
        permissions: applicationPermissions(company),
      },
      {
        user: erpUser(company),
        password: passwordOf(erpUser(company)),
        permissions: erpPermissions(company),
      },
    ]),
  ];
  const settings = {
    server_name: 'tacit',
    listen,
    max_payload: MAX_PAYLOAD_BYTES,
    max_connections: 1_000,
    tls: { cert_file: certificate, key_file: key, min_version: '1.3', timeout: 5 },
    // Stored means on the disk: the default writes acknowledged messages within two minutes.
    jetstream: {
      store_dir: storeDir,
      sync_interval: 'always',
      max_file_store: MAX_STORE_BYTES,
      max_memory_store: 0,
    },
    authorization: { timeout: 5, users },
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name}: ${JSON.stringify(value, undefined, 2)}`,
  );
  return ['# Generated from the topology; changes are overwritten.', ...lines, ''].join('\n');
}
