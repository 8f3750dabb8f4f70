import { createHash } from 'node:crypto';
import { wellFormed, type Caller, type LedgerKey, type LedgerTransaction } from '@tacit/contracts';
import { parseCanonical } from '@tacit/core';
import type { ChaincodeStub } from 'fabric-shim';
import { PeerFailure } from './failures';

/** What a transaction uses of the shim's stub. */
export type Stub = Pick<
  ChaincodeStub,
  | 'getChannelID'
  | 'getTxID'
  | 'getDateTimestamp'
  | 'getTransient'
  | 'createCompositeKey'
  | 'splitCompositeKey'
  | 'getState'
  | 'putState'
  | 'getStateByPartialCompositeKey'
  | 'getPrivateData'
  | 'getPrivateDataHash'
  | 'putPrivateData'
  | 'setEvent'
>;

/** A peer cuts a longer range off without a word (`ledger.state.totalQueryLimit`). */
const LONGEST_RANGE = 100_000;

/**
 * A contract's view of the stub. Reads ask the peer; writes are collected, the last one of a key counting, and sent
 * by `apply` when the contract has succeeded. So a transaction never sees its own writes, on any peer.
 */
export class StubTransaction implements LedgerTransaction {
  readonly channel: string;
  readonly txId: string;
  readonly timestamp: number;

  readonly #stub: Stub;
  readonly #readOnly: boolean;
  readonly #writes = new Map<string, Uint8Array>();
  readonly #privateWrites = new Map<string, { collection: string; key: string; value: Uint8Array }>();
  #event: { readonly name: string; readonly payload: unknown } | undefined;

  constructor(
    stub: Stub,
    readonly caller: Caller,
    { readOnly }: { readonly readOnly: boolean },
  ) {
    this.#stub = stub;
    this.#readOnly = readOnly;
    this.channel = stub.getChannelID();
    this.txId = stub.getTxID();
    this.timestamp = stub.getDateTimestamp().getTime();
  }

  async get(key: LedgerKey): Promise<Uint8Array | undefined> {
    return present(await fromPeer(this.#stub.getState(this.#composite(key))));
  }

  put(key: LedgerKey, value: Uint8Array): void {
    this.#assertWritable(value);
    this.#writes.set(this.#composite(key), Uint8Array.from(value));
  }

  async range(
    prefix: LedgerKey,
  ): Promise<readonly { readonly key: LedgerKey; readonly value: Uint8Array }[]> {
    const [kind, ...parts] = wellFormed(prefix);
    const records = await fromPeer(this.#read(kind, parts));
    if (records.length >= LONGEST_RANGE) throw new Error(`${kind} holds more records than a peer lists`);
    return records;
  }

  /** @throws PeerFailure when the value is missing here although the channel knows its hash. */
  async getPrivate(collection: string, key: LedgerKey): Promise<Uint8Array | undefined> {
    const composite = this.#composite(key);
    const value = present(await fromPeer(this.#stub.getPrivateData(collection, composite)));
    const hash = present(await fromPeer(this.#stub.getPrivateDataHash(collection, composite)));
    if (!value && !hash) return undefined;
    if (!value || !hash || !createHash('sha256').update(value).digest().equals(hash)) {
      throw new PeerFailure(
        'unavailable',
        `a private record of ${this.channel} is missing from ${collection}`,
      );
    }
    return value;
  }

  putPrivate(collection: string, key: LedgerKey, value: Uint8Array): void {
    this.#assertWritable(value);
    const composite = this.#composite(key);
    const write = { collection, key: composite, value: Uint8Array.from(value) };
    this.#privateWrites.set(`${collection}\0${composite}`, write);
  }

  transient(name: string): Uint8Array | undefined {
    return this.#stub.getTransient().get(name);
  }

  emit(name: string, payload: Uint8Array): void {
    this.#assertWritable(payload);
    if (this.#event) throw new Error('a transaction emits at most one event');
    this.#event = { name, payload: parseCanonical(payload) };
  }

  get event(): { readonly name: string; readonly payload: unknown } | undefined {
    return this.#event;
  }

  /** Hands the collected writes to the peer. */
  async apply(): Promise<void> {
    for (const [key, value] of this.#writes) await fromPeer(this.#stub.putState(key, value));
    for (const { collection, key, value } of this.#privateWrites.values()) {
      await fromPeer(this.#stub.putPrivateData(collection, key, value));
    }
  }

  async #read(kind: string, parts: string[]): Promise<{ key: LedgerKey; value: Uint8Array }[]> {
    const records: { key: LedgerKey; value: Uint8Array }[] = [];
    for await (const { key, value } of this.#stub.getStateByPartialCompositeKey(kind, parts)) {
      const { objectType, attributes } = this.#stub.splitCompositeKey(key);
      records.push({ key: [objectType, ...attributes], value });
    }
    return records;
  }

  #composite(key: LedgerKey): string {
    const [kind, ...parts] = wellFormed(key);
    return this.#stub.createCompositeKey(kind, parts);
  }

  #assertWritable(value: Uint8Array): void {
    if (this.#readOnly) throw new Error('a query writes nothing');
    // On Fabric an empty value is a deletion.
    if (value.length === 0) throw new Error('a record is not empty');
  }
}

/** The peer answers with no bytes where there is no record. */
function present(value: Uint8Array): Uint8Array | undefined {
  return value.length > 0 ? value : undefined;
}

async function fromPeer<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    throw PeerFailure.of(cause);
  }
}
