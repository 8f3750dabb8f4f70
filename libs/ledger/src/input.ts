import { canonicalBytes } from '@tacit/core';
import { LedgerError } from './ledger';

/** What travels in a proposal, as RFC 8785 JSON. @throws LedgerError `bad-proposal` unless it is text and safe integers. */
export function encodeInput(value: unknown): Uint8Array {
  try {
    return canonicalBytes(value);
  } catch (cause) {
    throw new LedgerError('bad-proposal', 'the input is not JSON of text and safe integers', { cause });
  }
}
