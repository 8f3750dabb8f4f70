import { parseCanonical } from '@tacit/core';
import type { Caller, LedgerKey, LedgerTransaction } from '@tacit/contracts';
import { LedgerError } from '../ledger';
import type { BlockEvent } from './block';
import type { PrivateRecord, StateRecord } from './channel-store';
import type { CollectionStore } from './collection-store';
import { keyText } from './keys';
import {
  privateKeyHash,
  privateValueHash,
  rangeHash,
  valueHash,
  type ReadWriteSet,
  type Version,
} from './read-write-set';

/** The committed state on which a transaction is simulated. */
export interface CommittedState {
  get(key: LedgerKey): StateRecord | undefined;
  range(prefix: LedgerKey): readonly StateRecord[];
  privateRecord(collection: string, keyHash: string): PrivateRecord | undefined;
  /** @throws LedgerError `not-a-member` */
  collection(name: string): CollectionStore;
}

export interface SimulationContext {
  readonly channel: string;
  readonly txId: string;
  readonly timestamp: number;
  readonly caller: Caller;
  readonly transient: Readonly<Record<string, Uint8Array>>;
  /** Queries run on a transaction that cannot write. */
  readonly readOnly: boolean;
}

export interface PrivateWrite {
  readonly collection: string;
  readonly keyHash: string;
  readonly value: Uint8Array;
}

/** Runs a contract without changing anything: notes what it reads and what it would write. */
export class Simulation implements LedgerTransaction {
  readonly channel: string;
  readonly txId: string;
  readonly timestamp: number;
  readonly caller: Caller;

  readonly #context: SimulationContext;
  readonly #state: CommittedState;
  readonly #reads = new Map<string, { key: LedgerKey; version: Version }>();
  readonly #ranges = new Map<string, { prefix: LedgerKey; result: string }>();
  readonly #writes = new Map<string, { key: LedgerKey; value: Uint8Array }>();
  readonly #privateReads = new Map<string, { collection: string; key: string; version: Version }>();
  readonly #privateWrites = new Map<string, PrivateWrite>();
  #event: BlockEvent | undefined;

  constructor(context: SimulationContext, state: CommittedState) {
    ({ channel: this.channel, txId: this.txId, timestamp: this.timestamp, caller: this.caller } = context);
    this.#context = context;
    this.#state = state;
  }

  async get(key: LedgerKey): Promise<Uint8Array | undefined> {
    const record = this.#state.get(key);
    this.#reads.set(keyText(key), { key, version: record?.version ?? null });
    return record?.value;
  }

  put(key: LedgerKey, value: Uint8Array): void {
    this.#assertWritable();
    assertNotEmpty(value);
    this.#writes.set(keyText(key), { key, value: Uint8Array.from(value) });
  }

  async range(
    prefix: LedgerKey,
  ): Promise<readonly { readonly key: LedgerKey; readonly value: Uint8Array }[]> {
    const records = this.#state.range(prefix);
    this.#ranges.set(keyText(prefix), { prefix, result: rangeHash(records) });
    return records.map(({ key, value }) => ({ key, value }));
  }

  async getPrivate(collection: string, key: LedgerKey): Promise<Uint8Array | undefined> {
    const store = this.#state.collection(collection);
    const keyHash = privateKeyHash(collection, key);
    const record = this.#state.privateRecord(collection, keyHash);
    const version = record?.version ?? null;
    this.#privateReads.set(`${collection}\0${keyHash}`, { collection, key: keyHash, version });
    if (!record) return undefined;
    const value = store.read(keyHash, record.txId);
    if (!value || privateValueHash(collection, value) !== record.valueHash) {
      throw new LedgerError(
        'unavailable',
        `a private record of ${this.channel} is missing from ${collection}`,
      );
    }
    return value;
  }

  putPrivate(collection: string, key: LedgerKey, value: Uint8Array): void {
    this.#assertWritable();
    assertNotEmpty(value);
    this.#state.collection(collection);
    const keyHash = privateKeyHash(collection, key);
    const write = { collection, keyHash, value: Uint8Array.from(value) };
    this.#privateWrites.set(`${collection}\0${keyHash}`, write);
  }

  transient(name: string): Uint8Array | undefined {
    const { transient } = this.#context;
    return Object.hasOwn(transient, name) ? transient[name] : undefined;
  }

  emit(name: string, payload: Uint8Array): void {
    this.#assertWritable();
    if (this.#event) throw new Error('a transaction emits at most one event');
    this.#event = { name, payload: parseCanonical(payload) };
  }

  get event(): BlockEvent | undefined {
    return this.#event;
  }

  get writes(): readonly { readonly key: LedgerKey; readonly value: Uint8Array }[] {
    return [...this.#writes.values()];
  }

  get privateWrites(): readonly PrivateWrite[] {
    return [...this.#privateWrites.values()];
  }

  readWriteSet(): ReadWriteSet {
    return {
      reads: [...this.#reads.values()],
      ranges: [...this.#ranges.values()],
      writes: this.writes.map(({ key, value }) => ({ key, value: valueHash(value) })),
      privateReads: [...this.#privateReads.values()],
      privateWrites: this.privateWrites.map(({ collection, keyHash, value }) => ({
        collection,
        key: keyHash,
        value: privateValueHash(collection, value),
      })),
    };
  }

  #assertWritable(): void {
    if (this.#context.readOnly) throw new Error('a query writes nothing');
  }
}

/** On Fabric an empty value is a deletion. */
function assertNotEmpty(value: Uint8Array): void {
  if (value.length === 0) throw new Error('a record is not empty');
}
