import type { LedgerKey } from '@tacit/contracts';
import { genesis, type Block, type BlockEvent, type ChainHead } from './block';
import { decodeKey, encodeKey, keyRange } from './keys';
import type { Version, Versions } from './read-write-set';
import { SqliteFile } from './sqlite-file';

/** `effects` and `event` stand before the proposal, so that reading them does not walk through its megabytes. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS blocks (
    number INTEGER PRIMARY KEY,
    tx_id TEXT NOT NULL UNIQUE,
    timestamp INTEGER NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    event BLOB,
    company TEXT NOT NULL,
    certificate BLOB NOT NULL,
    signature BLOB NOT NULL,
    effects BLOB NOT NULL,
    proposal BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS events ON blocks (number) WHERE event IS NOT NULL;
  CREATE TABLE IF NOT EXISTS state (key BLOB PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS private_state (
    collection TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    tx_id TEXT NOT NULL,
    value_hash TEXT NOT NULL,
    PRIMARY KEY (collection, key_hash)
  );`;

export interface StateRecord {
  readonly key: LedgerKey;
  readonly version: number;
  readonly value: Uint8Array;
}

/** What the channel knows of a private record: who wrote it and its value's hash. */
export interface PrivateRecord {
  readonly collection: string;
  readonly keyHash: string;
  readonly version: number;
  readonly txId: string;
  readonly valueHash: string;
}

export interface StoredEvent extends BlockEvent {
  readonly txId: string;
  readonly block: number;
  readonly timestamp: number;
}

interface BlockRow {
  number: number;
  tx_id: string;
  timestamp: number;
  previous_hash: ArrayBuffer;
  hash: ArrayBuffer;
  event: ArrayBuffer | null;
  company: string;
  certificate: ArrayBuffer;
  signature: ArrayBuffer;
  effects: ArrayBuffer;
  proposal: ArrayBuffer;
}

/** One channel's file: its chain of blocks and the state that they add up to. */
export class ChannelStore implements Versions {
  readonly #file: SqliteFile;

  constructor(
    file: string,
    readonly channel: string,
  ) {
    this.#file = new SqliteFile(file, SCHEMA);
  }

  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.#file.snapshot(work);
  }

  write<T>(work: () => T): T {
    return this.#file.write(work);
  }

  close(): void {
    this.#file.close();
  }

  get(key: LedgerKey): StateRecord | undefined {
    const [row] = this.#file.rows<{ version: number; value: ArrayBuffer }>(
      'SELECT version, value FROM state WHERE key = ?',
      [encodeKey(key)],
    );
    return row && { key, version: row.version, value: new Uint8Array(row.value) };
  }

  range(prefix: LedgerKey): StateRecord[] {
    const { from, to } = keyRange(prefix);
    return this.#file
      .rows<{ key: ArrayBuffer; version: number; value: ArrayBuffer }>(
        'SELECT key, version, value FROM state WHERE key >= ? AND key < ? ORDER BY key',
        [from, to],
      )
      .map(({ key, version, value }) => ({
        key: decodeKey(new Uint8Array(key)),
        version,
        value: new Uint8Array(value),
      }));
  }

  version(key: LedgerKey): Version {
    const [row] = this.#file.rows<{ version: number }>('SELECT version FROM state WHERE key = ?', [
      encodeKey(key),
    ]);
    return row?.version ?? null;
  }

  rangeVersions(prefix: LedgerKey): { key: LedgerKey; version: number }[] {
    const { from, to } = keyRange(prefix);
    return this.#file
      .rows<{ key: ArrayBuffer; version: number }>(
        'SELECT key, version FROM state WHERE key >= ? AND key < ? ORDER BY key',
        [from, to],
      )
      .map(({ key, version }) => ({ key: decodeKey(new Uint8Array(key)), version }));
  }

  privateRecord(collection: string, keyHash: string): PrivateRecord | undefined {
    const [row] = this.#file.rows<{ version: number; tx_id: string; value_hash: string }>(
      'SELECT version, tx_id, value_hash FROM private_state WHERE collection = ? AND key_hash = ?',
      [collection, keyHash],
    );
    return row && { collection, keyHash, version: row.version, txId: row.tx_id, valueHash: row.value_hash };
  }

  privateVersion(collection: string, keyHash: string): Version {
    return this.privateRecord(collection, keyHash)?.version ?? null;
  }

  /** How many records the state holds. */
  counts(): { readonly records: number; readonly privateRecords: number } {
    const [counts] = this.#file.rows<{ records: number; privateRecords: number }>(
      `SELECT (SELECT COUNT(*) FROM state) AS records,
              (SELECT COUNT(*) FROM private_state) AS privateRecords`,
    );
    return { records: counts?.records ?? 0, privateRecords: counts?.privateRecords ?? 0 };
  }

  hasTransaction(txId: string): boolean {
    return this.#file.rows('SELECT 1 FROM blocks WHERE tx_id = ?', [txId]).length > 0;
  }

  head(): ChainHead {
    const [row] = this.#file.rows<{ number: number; hash: ArrayBuffer }>(
      'SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 1',
    );
    return row ? { number: row.number, hash: new Uint8Array(row.hash) } : genesis(this.channel);
  }

  block(number: number): Block | undefined {
    const [row] = this.#file.rows<BlockRow>('SELECT * FROM blocks WHERE number = ?', [number]);
    return row && toBlock(row);
  }

  eventsAfter(block: number, limit: number): StoredEvent[] {
    return this.#file
      .rows<{ number: number; tx_id: string; timestamp: number; event: ArrayBuffer }>(
        `SELECT number, tx_id, timestamp, event FROM blocks
         WHERE event IS NOT NULL AND number > ? ORDER BY number LIMIT ?`,
        [block, limit],
      )
      .map(({ number, tx_id: txId, timestamp, event }) => ({
        ...(JSON.parse(new TextDecoder().decode(event)) as BlockEvent),
        txId,
        block: number,
        timestamp,
      }));
  }

  /** Adds a block and what it writes. Call within `write`. */
  append(
    block: Block,
    writes: readonly { readonly key: LedgerKey; readonly value: Uint8Array }[],
    privateWrites: readonly Pick<PrivateRecord, 'collection' | 'keyHash' | 'valueHash'>[],
  ): void {
    const { signed } = block;
    this.#file.run('INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', [
      block.number,
      block.txId,
      block.timestamp,
      block.previousHash,
      block.hash,
      block.event ?? null,
      signed.company,
      signed.certificate,
      signed.signature,
      block.effects,
      signed.bytes,
    ]);
    for (const { key, value } of writes) {
      this.#file.run('INSERT OR REPLACE INTO state VALUES (?, ?, ?)', [encodeKey(key), block.number, value]);
    }
    for (const { collection, keyHash, valueHash } of privateWrites) {
      this.#file.run('INSERT OR REPLACE INTO private_state VALUES (?, ?, ?, ?, ?)', [
        collection,
        keyHash,
        block.number,
        block.txId,
        valueHash,
      ]);
    }
  }
}

function toBlock(row: BlockRow): Block {
  return {
    number: row.number,
    txId: row.tx_id,
    timestamp: row.timestamp,
    previousHash: new Uint8Array(row.previous_hash),
    hash: new Uint8Array(row.hash),
    effects: new Uint8Array(row.effects),
    event: row.event ? new Uint8Array(row.event) : undefined,
    signed: {
      bytes: new Uint8Array(row.proposal),
      company: row.company,
      certificate: new Uint8Array(row.certificate),
      signature: new Uint8Array(row.signature),
    },
  };
}
