import canonicalize from 'canonicalize';
import { utf8, toBase64url } from './bytes';
import { EncodingError } from './errors';
import { transcriptHash } from './transcript';

/** What a ledger record or a message payload is made of: integers as safe numbers, everything else as text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** RFC 8785 bytes of a value. @throws EncodingError for a number that is not a safe integer, undefined, NaN. */
export function canonicalBytes(value: unknown): Uint8Array {
  rejectInexact(value);
  const text = canonicalize(value);
  if (text === undefined) throw new EncodingError('bad-encoding', 'value has no JSON form');
  return utf8(text);
}

/**
 * Parses bytes that must already be RFC 8785: a second spelling of the same record is refused, because two
 * spellings would be two hashes. @throws EncodingError
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
    if (canonicalize(value) === text) return value;
  } catch (cause) {
    throw new EncodingError('bad-encoding', 'not JSON', { cause });
  }
  throw new EncodingError('not-canonical', 'JSON is not in its RFC 8785 form');
}

/** H("record", type, RFC 8785 JSON) as base64url: the name of a ledger record by its content. */
export function recordHash(type: string, record: unknown): string {
  return toBase64url(transcriptHash('record', type, canonicalBytes(record)));
}

function rejectInexact(value: unknown): void {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new EncodingError('bad-encoding', 'numbers in records are safe integers; write decimals as text');
  }
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(rejectInexact);
}
