import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { TacitError } from '@tacit/core';
import { z } from 'zod';
import { configSchema, isPath, VARIABLES, type CompanyConfig } from './schema';

/** A setting is missing or wrong; the message names the setting and says what to do. */
export class ConfigError extends TacitError<'bad-config'> {
  override readonly name = 'ConfigError';

  constructor(message: string, options?: { cause?: unknown }) {
    super('bad-config', message, options);
  }
}

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
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) throw explain(parsed.error, configSchema, []);
  requireInbox(parsed.data);
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

/** An inbox on NATS is the company's own, and needs servers. */
function requireInbox({
  company,
  messagingUrl,
  nats,
}: Pick<CompanyConfig, 'company' | 'messagingUrl' | 'nats'>): void {
  if (!messagingUrl.startsWith('nats://')) return;
  if (messagingUrl !== `nats://${company}`) {
    throw new ConfigError(`messagingUrl: must be nats://${company}: a company receives under its own name`);
  }
  if (nats === undefined)
    throw new ConfigError('nats: must be set, because messagingUrl is an address of NATS');
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
    const objects = objectsOf(type);
    type = objects
      .map(({ shape }) => (shape as Record<string, unknown>)[name])
      .find((found) => found !== undefined);
  }
  return type instanceof z.ZodType ? type.description : undefined;
}

/** The object types that a setting may have. */
function objectsOf(type: unknown): readonly z.ZodObject[] {
  if (type instanceof z.ZodObject) return [type];
  if (type instanceof z.ZodOptional) return objectsOf(type.unwrap());
  return type instanceof z.ZodDiscriminatedUnion ? type.options.flatMap(objectsOf) : [];
}
