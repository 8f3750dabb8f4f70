/** `npm run batch:send`: what an ERP does to send a batch; also a way to try it. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  BATCH_KINDS,
  batchKey,
  batchSubjectOf,
  connectionOptions,
  sealBatch,
  type BatchKind,
} from '@tacit/messaging';
import { connect } from 'nats';
import { z } from 'zod';
import { projectRoot } from './paths';
import { runTool, ToolError, UsageError } from './tool';

const USAGE = `npm run batch:send -- <erp> <kind> <file>

  <erp>               manufacturer-a, manufacturer-b (apps/<name>/erp.json), or a file
  <kind>              ${BATCH_KINDS.join(' or ')}
  <file>              a batch as JSON (docs/api/asyncapi.yaml); without an id it gets one
`;

const erpSchema = z.strictObject({
  company: z.string(),
  servers: z.array(z.string()).min(1),
  ca: z.string(),
  user: z.string(),
  passwordFile: z.string(),
  batchKeyFile: z.string(),
});

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const [target, kind, file, ...more] = args;
  if (target === undefined || file === undefined || more.length > 0)
    throw new UsageError('name an ERP, a kind, a file');
  if (!isKind(kind)) throw new UsageError(`${String(kind)} is no kind of batch`);
  const { company, batchKeyFile, ...nats } = readErp(target);
  const batch = { id: randomBytes(16).toString('base64url'), ...readJson(file) };
  const sealed = await sealBatch(batch, batchKey(readKey(batchKeyFile)));
  const connection = await connect(connectionOptions(nats)).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ToolError(`the broker at ${nats.servers.join(', ')} cannot be reached as ${nats.user}: ${why}`);
  });
  try {
    const { seq } = await connection.jetstream().publish(batchSubjectOf(company, kind), sealed);
    process.stdout.write(
      `batch ${batch.id} is stored as number ${seq} for ${company}; \`npm run batch:replay\` shows it if it is refused\n`,
    );
  } catch (error) {
    throw new ToolError(`the broker did not take the batch: ${(error as Error).message}`);
  } finally {
    await connection.close();
  }
}

function isKind(text: string | undefined): text is BatchKind {
  return BATCH_KINDS.some((kind) => kind === text);
}

/** Relative paths start at the file's folder. */
function readErp(target: string): z.infer<typeof erpSchema> {
  const own = path.join(projectRoot, 'apps', target, 'erp.json');
  const file = path.resolve(fs.existsSync(own) ? own : target);
  const parsed = erpSchema.safeParse(readJson(file));
  if (!parsed.success) throw new ToolError(`${file} must have ${Object.keys(erpSchema.shape).join(', ')}`);
  const at = (name: string): string => path.resolve(path.dirname(file), name);
  const { ca, passwordFile, batchKeyFile } = parsed.data;
  return { ...parsed.data, ca: at(ca), passwordFile: at(passwordFile), batchKeyFile: at(batchKeyFile) };
}

function readJson(file: string): object {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new ToolError(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
  throw new ToolError(`${file} is not a JSON object`);
}

function readKey(file: string): Uint8Array {
  try {
    return fs.readFileSync(file);
  } catch {
    throw new ToolError(
      `${file} is missing: the company makes it at its first start; copy it to the ERP from there`,
    );
  }
}

runTool('batch:send', USAGE, main);
