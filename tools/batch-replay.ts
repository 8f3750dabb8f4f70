/** `npm run batch:replay`: what a company's batches were refused for, and another try. */
import * as fs from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError, DeadLetters, readConfig, type CompanyConfig, type DeadLetter } from '@tacit/company';
import { batchKey, connectionOptions } from '@tacit/messaging';
import { connect } from 'nats';
import { companyConfigOf, COMPANY_CONFIGS } from './company-config';
import { runTool, ToolError, UsageError } from './tool';

const USAGE = `npm run batch:replay -- <company> [--all | --discard] [<number>...]

Lists the batches that a company refused, with the reason; with numbers or --all they are sent to it again.

  <company>           ${COMPANY_CONFIGS}
  --all               send all of them again, the oldest first
  --discard           remove the named ones for good instead
  --json              the list as JSON on standard output
`;

const MOST_ERRORS = 20;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const { target, values, numbers } = parse(args);
  const { company, nats } = readCompanyConfig(target);
  if (nats?.batchKeyFile === undefined) {
    throw new ToolError(`${company} takes no batches: its configuration has no nats.batchKeyFile`);
  }
  const connection = await connect(connectionOptions(nats)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ToolError(`the broker at ${nats.servers.join(', ')} cannot be reached as ${nats.user}: ${why}`);
  });
  try {
    const key = batchKey(fs.readFileSync(nats.batchKeyFile));
    const letters = new DeadLetters(connection, company, key);
    const listed = await letters.list();
    const chosen = values.all ? listed.map(({ number }) => number) : numbers;
    if (chosen.length === 0) show(listed, values.json);
    for (const number of chosen) {
      const done = values.discard ? await letters.discard(number) : await letters.replay(number);
      if (!done) throw new ToolError(`there is no refused batch ${number}`);
      process.stdout.write(`${number} ${values.discard ? 'discarded' : 'sent again'}\n`);
    }
  } finally {
    await connection.close();
  }
}

interface Command {
  readonly target: string;
  readonly values: { readonly all: boolean; readonly discard: boolean; readonly json: boolean };
  readonly numbers: readonly number[];
}

function parse(args: readonly string[]): Command {
  const options = {
    all: { type: 'boolean', default: false },
    discard: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseStrictly(args, options);
  const [target, ...rest] = positionals;
  if (target === undefined) throw new UsageError('name one company');
  const wrong = rest.find((text) => !/^[1-9][0-9]{0,14}$/.test(text));
  if (wrong !== undefined) throw new UsageError(`${wrong} is no number of a batch`);
  if (values.all && rest.length > 0) throw new UsageError('either numbers or --all');
  if (values.discard && rest.length === 0) throw new UsageError('--discard needs numbers');
  return { target, values, numbers: rest.map(Number) };
}

function parseStrictly<T extends Record<string, { type: 'boolean'; default: boolean }>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readCompanyConfig(target: string): CompanyConfig {
  try {
    return readConfig({ ...process.env, TACIT_CONFIG: companyConfigOf(target) });
  } catch (error) {
    if (error instanceof ConfigError) throw new ToolError(error.message);
    throw error;
  }
}

function show(letters: readonly DeadLetter[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(letters)}\n`);
    return;
  }
  if (letters.length === 0) process.stdout.write('no batch was refused\n');
  for (const { number, kind, refusedAt, refusal } of letters) {
    process.stdout.write(`${number}  ${kind}  ${refusedAt.toISOString()}  ${refusal?.code ?? 'unknown'}\n`);
    if (refusal === null) {
      process.stdout.write('    the reason was sealed with another key\n');
      continue;
    }
    process.stdout.write(`    ${refusal.detail}\n    ${refusal.next}\n`);
    for (const { path, message } of refusal.errors.slice(0, MOST_ERRORS)) {
      process.stdout.write(`    ${path}: ${message}\n`);
    }
    const more = refusal.errorCount - Math.min(refusal.errors.length, MOST_ERRORS);
    if (more > 0) process.stdout.write(`    and ${more} more; --json lists up to ${refusal.errors.length}\n`);
  }
}

runTool('batch:replay', USAGE, main);
