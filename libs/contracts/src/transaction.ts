/**
 * What a contract may ask of the ledger it runs on. Fabric's chaincode stub and the dev ledger both map to this
 * port, so one contract runs on both.
 *
 * Semantics, as in Fabric: reads see the state before the transaction, never its own writes; a transaction emits
 * at most one event; the timestamp is the submitter's, not a trusted clock.
 */
export interface LedgerTransaction {
  readonly channel: string;
  readonly txId: string;
  /** Milliseconds since 1970 UTC, chosen by the submitter. */
  readonly timestamp: number;
  readonly caller: Caller;

  get(key: LedgerKey): Promise<Uint8Array | undefined>;
  /** The value is not empty: Fabric takes an empty one for a deletion. */
  put(key: LedgerKey, value: Uint8Array): void;
  /** Every record whose key starts with these parts, in key order. */
  range(prefix: LedgerKey): Promise<readonly { readonly key: LedgerKey; readonly value: Uint8Array }[]>;

  getPrivate(collection: string, key: LedgerKey): Promise<Uint8Array | undefined>;
  putPrivate(collection: string, key: LedgerKey, value: Uint8Array): void;

  /** Data that travels with the proposal and is not recorded. */
  transient(name: string): Uint8Array | undefined;

  /** @throws when called a second time. */
  emit(name: string, payload: Uint8Array): void;
}

/** A composite key: first the kind of record, then what tells it apart. Its parts are as `wellFormed` says. */
export type LedgerKey = readonly [kind: string, ...parts: string[]];

/** Who signed the transaction, as the channel's membership service says. */
export interface Caller {
  /** The company's MSP ID. */
  readonly company: string;
  /** The certificate's organisational unit. */
  readonly role: 'client' | 'admin';
  /** SHA-256 of the certificate's DER bytes, hexadecimal. */
  readonly fingerprint: string;
}
