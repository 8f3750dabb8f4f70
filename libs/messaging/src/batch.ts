import { createSecretKey, type KeyObject } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { z } from 'zod';
import { MessageError } from './errors';
import { randomId } from './fields';
import type { BatchKind } from './subjects';

/** Longest sealed batch, in bytes; a message at the broker adds the reason of a refusal within 1 MiB. */
export const MAX_BATCH_BYTES = 800_000;

/** How long an application may be silent about a batch before the broker delivers it again, milliseconds. */
export const ACK_WAIT_MS = 5_000;

/** What a company's ERP and its application have in common, and the broker has not: 32 bytes. */
export type BatchKey = KeyObject;

const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const;

/** Names a batch for ever: the same id with the same content is the same batch, however often it is sent. */
const batchId = z.string().regex(/^[\x21-\x7e]{1,64}$/);

const reading = z.strictObject({
  quantity: z.string().min(1).max(64),
  /** A decimal as text, such as 0.45. */
  value: z.string().min(1).max(100),
  /** UTC, such as 2026-01-31T00:00:00.000Z. */
  takenAt: z.string().min(1).max(100),
  lot: z.string().min(1).max(64),
});

/** What a batch holds, by its kind. Each reading is checked by the import itself, which names every bad row. */
export const BATCH_SCHEMAS = {
  readings: z.strictObject({ id: batchId, readings: z.array(reading).min(1).max(100_000) }),
  comparisons: z.strictObject({
    id: batchId,
    pairIds: z.array(randomId).min(1).max(100),
    force: z.boolean().optional(),
  }),
} as const satisfies Record<BatchKind, z.ZodType>;

/** A batch as far as every kind is alike: an id, and what the application's own service will check. */
export interface Batch {
  readonly id: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** @param bytes 32 of them */
export function batchKey(bytes: Uint8Array): BatchKey {
  return createSecretKey(bytes);
}

/** Encrypts for, and authenticates to, whoever holds the key: JWE compact, direct, A256GCM. */
export async function sealBatch(batch: object, key: BatchKey): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(batch))).setProtectedHeader(ALGORITHM).encrypt(key);
}

/**
 * Opens what arrived as a batch, or as the reason of its refusal.
 * @throws MessageError `sealed` for what nobody with this key has written; `payload` when it is no JSON object
 */
export async function openSealed(sealed: Uint8Array, key: BatchKey): Promise<Record<string, unknown>> {
  let plaintext: Uint8Array;
  try {
    const options = {
      keyManagementAlgorithms: [ALGORITHM.alg],
      contentEncryptionAlgorithms: [ALGORITHM.enc],
    };
    ({ plaintext } = await compactDecrypt(sealed, key, options));
  } catch (cause) {
    throw new MessageError('sealed', 'not sealed with the key of this company', { cause });
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
    if (isObject(value)) return value;
  } catch (cause) {
    throw new MessageError('payload', 'the content is not JSON', { cause });
  }
  throw new MessageError('payload', 'the content is not a JSON object');
}

/** @throws MessageError `sealed`, `payload` */
export async function openBatch(sealed: Uint8Array, key: BatchKey): Promise<Batch> {
  const { id, ...content } = await openSealed(sealed, key);
  const parsed = batchId.safeParse(id);
  if (!parsed.success) throw new MessageError('payload', 'a batch has an id of 1 to 64 visible characters');
  return { id: parsed.data, content };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
