import { canonicalBytes } from '@tacit/core';
import { ContractError, type ContractErrorCode } from './errors';
import type { LedgerKey, LedgerTransaction } from './transaction';

/** Records are RFC 8785 JSON. What is on the ledger was written by `write`, so it is parsed without a schema. */
export async function read<T>(tx: LedgerTransaction, key: LedgerKey): Promise<T | undefined> {
  const bytes = await tx.get(key);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/** @throws ContractError with `code` when there is no such record. */
export async function require<T>(tx: LedgerTransaction, key: LedgerKey, code: ContractErrorCode): Promise<T> {
  const record = await read<T>(tx, key);
  if (record === undefined) throw new ContractError(code, `no ${key.join(' ')} on this channel`);
  return record;
}

export function write(tx: LedgerTransaction, key: LedgerKey, record: unknown): void {
  tx.put(key, canonicalBytes(record));
}

export function sameRecord(a: unknown, b: unknown): boolean {
  return new TextDecoder().decode(canonicalBytes(a)) === new TextDecoder().decode(canonicalBytes(b));
}

/**
 * true when exactly this record stands already: the transaction is a repetition and has nothing to do.
 * @throws ContractError with `code` when another record has the key.
 */
export async function alreadyRecorded(
  tx: LedgerTransaction,
  key: LedgerKey,
  record: unknown,
  code: ContractErrorCode,
): Promise<boolean> {
  const existing = await read(tx, key);
  if (existing === undefined) return false;
  if (sameRecord(existing, record)) return true;
  throw new ContractError(code, `another ${key.join(' ')} is recorded`);
}

export function emit(tx: LedgerTransaction, name: string, payload: unknown): void {
  tx.emit(name, canonicalBytes(payload));
}
