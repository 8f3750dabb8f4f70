import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TacitError } from '@tacit/core';
import { z } from 'zod';

/** What a company's process needs to know before it starts. */
export interface CompanyConfig<Settings = unknown> {
  /** MSP ID: the company's name on the ledger. */
  readonly company: string;
  /** The name that people see. */
  readonly displayName: string;
  /** Address that REST binds; the machine itself unless told. */
  readonly host: string;
  readonly httpPort: number;
  /** Where this company receives messages: `tcp://host:port`. */
  readonly messagingUrl: string;
  /** Folder of everything that the company must not lose, except the key file. */
  readonly stateDir: string;
  /** The at-rest key: outside the state folder, so that a copy of the folder alone opens nothing. */
  readonly keyFile: string;
  readonly ledger: {
    readonly driver: 'dev';
    /** Folder that the companies of this machine share. */
    readonly networkDir: string;
  };
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** The application's own settings. */
  readonly settings: Settings;
}

/** A setting is missing or wrong; the message names the setting and says what to do. */
export class ConfigError extends TacitError<'bad-config'> {
  override readonly name = 'ConfigError';

  constructor(message: string, options?: { cause?: unknown }) {
    super('bad-config', message, options);
  }
}

const port = z.coerce.number().int().min(1).max(65535).describe('a port from 1 to 65535, as in 3001');

const schema = z.strictObject({
  company: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .describe("the company's MSP ID: letters, digits and hyphens, as in ManufacturerA"),
  displayName: z.string().min(1).max(100).optional().describe('a name of 1 to 100 characters'),
  host: z.string().min(1).max(253).default('127.0.0.1').describe('an address to bind, as in 127.0.0.1'),
  httpPort: port,
  messagingUrl: z
    .string()
    .regex(/^tcp:\/\/[^/:@\s]+:[1-9][0-9]{0,4}$/)
    .describe('the own inbox, as in tcp://127.0.0.1:4001'),
  stateDir: z.string().min(1).describe('a folder for the state of this company'),
  keyFile: z.string().min(1).describe('a file for the at-rest key, outside stateDir'),
  ledger: z
    .strictObject({
      driver: z.literal('dev').describe('the ledger driver: dev'),
      networkDir: z.string().min(1).describe('the folder that the companies of this machine share'),
    })
    .describe('an object with driver and networkDir'),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('one of fatal, error, warn, info, debug, trace, silent'),
  settings: z.unknown().optional().describe("an object with the application's own settings"),
});

/** Environment variables that set, or override, one setting each. */
const VARIABLES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  TACIT_COMPANY: ['company'],
  TACIT_DISPLAY_NAME: ['displayName'],
  TACIT_HOST: ['host'],
  TACIT_HTTP_PORT: ['httpPort'],
  TACIT_MESSAGING_URL: ['messagingUrl'],
  TACIT_STATE_DIR: ['stateDir'],
  TACIT_KEY_FILE: ['keyFile'],
  TACIT_LEDGER_DRIVER: ['ledger', 'driver'],
  TACIT_NETWORK_DIR: ['ledger', 'networkDir'],
  TACIT_LOG_LEVEL: ['logLevel'],
};

/**
 * Reads the configuration: the JSON file that `TACIT_CONFIG` names, overridden by single variables. Relative paths
 * in the file start at the file's folder, those in variables at the working directory.
 * @param settings what the application's own settings must look like
 * @throws ConfigError
 */
export function readConfig<Settings = unknown>(
  env: NodeJS.ProcessEnv,
  settings?: z.ZodType<Settings>,
): CompanyConfig<Settings> {
  const file = env['TACIT_CONFIG'];
  const raw = file === undefined ? {} : readJson(file);
  resolvePaths(raw, file === undefined ? '.' : dirname(file));
  for (const [variable, path] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (value !== undefined) assign(raw, path, isPath(path) ? resolve(value) : value);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw explain(parsed.error, schema, []);
  const own = (settings ?? z.unknown()).safeParse(parsed.data.settings ?? {});
  if (!own.success) throw explain(own.error, settings, ['settings']);
  const { displayName, ...rest } = parsed.data;
  return { ...rest, displayName: displayName ?? rest.company, settings: own.data as Settings };
}

type JsonObject = Record<string, unknown>;

function readJson(file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`TACIT_CONFIG names ${file}, which cannot be read as JSON`, { cause });
  }
  if (!isObject(value)) throw new ConfigError(`TACIT_CONFIG names ${file}, which is not a JSON object`);
  return value;
}

function isPath(path: readonly string[]): boolean {
  return ['stateDir', 'keyFile', 'networkDir'].includes(path.at(-1) ?? '');
}

function resolvePaths(raw: JsonObject, folder: string): void {
  for (const path of Object.values(VARIABLES).filter(isPath)) {
    const holder = path.length === 1 ? raw : raw[path[0]];
    const name = path.at(-1) ?? '';
    if (isObject(holder) && typeof holder[name] === 'string')
      holder[name] = resolve(join(folder), holder[name]);
  }
}

function assign(raw: JsonObject, path: readonly string[], value: string): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    raw[first] = value;
    return;
  }
  const inner = isObject(raw[first]) ? raw[first] : {};
  raw[first] = inner;
  assign(inner, rest, value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explain(error: z.ZodError, root: z.ZodType | undefined, prefix: readonly string[]): ConfigError {
  const lines = error.issues.map((issue) => {
    const path = issue.path.map(String);
    const setting = [...prefix, ...path].join('.');
    if (issue.code === 'unrecognized_keys') {
      return `${[...prefix, ...path, issue.keys.join(', ')].join('.')}: no such setting; remove it or correct its name`;
    }
    const wanted = describe(root, path);
    const variable = Object.entries(VARIABLES).find(([, target]) => target.join('.') === setting)?.[0];
    const where =
      variable === undefined
        ? 'in the file that TACIT_CONFIG names'
        : `in the file that TACIT_CONFIG names, or ${variable}`;
    return `${setting}: ${wanted === undefined ? issue.message : `must be ${wanted}`}; set it ${where}`;
  });
  return new ConfigError(`the configuration cannot be used:\n  ${lines.join('\n  ')}`);
}

/** The description of the setting at this path, if its schema has one. */
function describe(root: z.ZodType | undefined, path: readonly string[]): string | undefined {
  let type: unknown = root;
  for (const name of path) {
    if (!(type instanceof z.ZodObject)) return undefined;
    type = (type.shape as Record<string, unknown>)[name];
  }
  return type instanceof z.ZodType ? type.description : undefined;
}
