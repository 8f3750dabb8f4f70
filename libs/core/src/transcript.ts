import { sha256 } from '@noble/hashes/sha2.js';
import { concat, lengthPrefixed, utf8 } from './bytes';

/** A field of a transcript: bytes as they are, text as UTF-8. Integers are encoded by the caller with u64be. */
export type TranscriptField = Uint8Array | string;

/**
 * H(label, f…) = SHA-256(LP("tacit/v1/" ‖ label) ‖ LP(f)…), 32 bytes.
 *
 * Every field is length-prefixed, so no two lists of fields hash the same bytes; the label separates purposes.
 */
export function transcriptHash(label: string, ...fields: readonly TranscriptField[]): Uint8Array {
  const parts = [`tacit/v1/${label}`, ...fields].map((field) =>
    lengthPrefixed(typeof field === 'string' ? utf8(field) : field),
  );
  return sha256(concat(...parts));
}
