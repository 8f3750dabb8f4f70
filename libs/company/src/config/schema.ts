import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65535).describe('a port from 1 to 65535, as in 3001');

const file = (what: string): z.ZodString => z.string().min(1).describe(what);

const devLedger = z.strictObject({
  driver: z.literal('dev').describe('the ledger driver: dev or fabric'),
  networkDir: file('the folder that the companies of this machine share'),
});

const fabricLedger = z.strictObject({
  driver: z.literal('fabric'),
  peer: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}$/)
    .describe("the company's own peer, as in localhost:7051"),
  tlsCa: file("a PEM file with the root of the peer's TLS certificate"),
  tlsServerName: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe("the name in the peer's certificate, when it is another than the address's"),
  clientMsp: file("the MSP folder of the company's client, with signcerts, keystore and cacerts"),
  adminMsp: file("the MSP folder of the company's administrator"),
});

const nats = z.strictObject({
  servers: z
    .preprocess(
      (value) => (typeof value === 'string' ? value.split(',').map((server) => server.trim()) : value),
      z
        .array(z.string().regex(/^tls:\/\/[^/@\s]+:[1-9][0-9]{0,4}$/))
        .min(1)
        .readonly(),
    )
    .describe('addresses of the NATS servers, as in tls://localhost:4222'),
  ca: file("a PEM file with the root of the servers' certificates"),
  user: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .describe("the company's NATS user"),
  passwordFile: file("a file with the NATS user's password"),
  /** Shared with the company's own ERP, whose batches are sealed with it; without it no batches are read. */
  batchKeyFile: file('a file for the key that seals batches, outside stateDir').optional(),
});

/** What a company's process needs to know before it starts: the configuration file's form. */
export const configSchema = z.strictObject({
  /** MSP ID: the company's name on the ledger. */
  company: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .describe("the company's MSP ID: letters, digits and hyphens, as in ManufacturerA"),
  /** The name that people see; the MSP ID unless told. */
  displayName: z.string().min(1).max(100).optional().describe('a name of 1 to 100 characters'),
  /** Address that REST binds; the machine itself unless told. */
  host: z.string().min(1).max(253).default('127.0.0.1').describe('an address to bind, as in 127.0.0.1'),
  httpPort: port,
  /** Where this company receives messages: `tcp://host:port`, or `nats://` and its MSP ID. */
  messagingUrl: z
    .string()
    .regex(/^(tcp:\/\/[^/:@\s]+:[1-9][0-9]{0,4}|nats:\/\/[A-Za-z][A-Za-z0-9-]{0,63})$/)
    .describe("the own inbox, as in tcp://127.0.0.1:4001, or nats:// and the company's MSP ID"),
  /** The servers that carry messages of `nats://` addresses, and batch jobs. */
  nats: nats.optional().describe('an object with servers, ca, user, passwordFile and perhaps batchKeyFile'),
  /** Folder of everything that the company must not lose, except the key file. */
  stateDir: file('a folder for the state of this company'),
  /** The at-rest key: outside the state folder, so that a copy of the folder alone opens nothing. */
  keyFile: file('a file for the at-rest key, outside stateDir'),
  ledger: z
    .discriminatedUnion('driver', [devLedger, fabricLedger])
    .describe('an object with driver and networkDir, or with driver, peer, tlsCa, clientMsp and adminMsp'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('one of fatal, error, warn, info, debug, trace, silent'),
  /** The application's own settings. */
  settings: z.unknown().optional().describe("an object with the application's own settings"),
});

type ConfigFile = z.infer<typeof configSchema>;

export type NatsConfig = z.infer<typeof nats>;

/** The configuration of a company's process, its paths absolute. */
export interface CompanyConfig<Settings = unknown> extends Omit<ConfigFile, 'displayName' | 'settings'> {
  readonly displayName: string;
  readonly settings: Settings;
}

/** Settings that are paths: relative ones start at the file's folder. */
const PATHS = [
  'stateDir',
  'keyFile',
  'networkDir',
  'tlsCa',
  'clientMsp',
  'adminMsp',
  'ca',
  'passwordFile',
  'batchKeyFile',
];

export const isPath = (setting: readonly string[]): boolean => PATHS.includes(setting.at(-1) ?? '');

/** Environment variables that set, or override, one setting each. */
export const VARIABLES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  TACIT_COMPANY: ['company'],
  TACIT_DISPLAY_NAME: ['displayName'],
  TACIT_HOST: ['host'],
  TACIT_HTTP_PORT: ['httpPort'],
  TACIT_MESSAGING_URL: ['messagingUrl'],
  TACIT_NATS_SERVERS: ['nats', 'servers'],
  TACIT_NATS_CA: ['nats', 'ca'],
  TACIT_NATS_USER: ['nats', 'user'],
  TACIT_NATS_PASSWORD_FILE: ['nats', 'passwordFile'],
  TACIT_NATS_BATCH_KEY_FILE: ['nats', 'batchKeyFile'],
  TACIT_STATE_DIR: ['stateDir'],
  TACIT_KEY_FILE: ['keyFile'],
  TACIT_LEDGER_DRIVER: ['ledger', 'driver'],
  TACIT_NETWORK_DIR: ['ledger', 'networkDir'],
  TACIT_PEER: ['ledger', 'peer'],
  TACIT_PEER_TLS_CA: ['ledger', 'tlsCa'],
  TACIT_PEER_TLS_NAME: ['ledger', 'tlsServerName'],
  TACIT_CLIENT_MSP: ['ledger', 'clientMsp'],
  TACIT_ADMIN_MSP: ['ledger', 'adminMsp'],
  TACIT_LOG_LEVEL: ['logLevel'],
};
