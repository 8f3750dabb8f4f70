import { canonicalBytes, toBase64url, transcriptHash } from '@tacit/core';
import type { LedgerKey } from '@tacit/contracts';
import { encodeKey } from './keys';

/** Number of the block that last wrote a record; null where there is none. */
export type Version = number | null;

/**
 * What a transaction read and would write. A block carries it, values as hashes: public values stand in the
 * state, private ones (and their keys) nowhere in the channel's file.
 */
export interface ReadWriteSet {
  readonly reads: readonly { readonly key: LedgerKey; readonly version: Version }[];
  /** `result` is a hash of the keys and versions that the range held: a record that appears changes it too. */
  readonly ranges: readonly { readonly prefix: LedgerKey; readonly result: string }[];
  readonly writes: readonly { readonly key: LedgerKey; readonly value: string }[];
  readonly privateReads: readonly {
    readonly collection: string;
    readonly key: string;
    readonly version: Version;
  }[];
  readonly privateWrites: readonly {
    readonly collection: string;
    readonly key: string;
    readonly value: string;
  }[];
}

/** The committed versions against which a read set is validated. */
export interface Versions {
  version(key: LedgerKey): Version;
  rangeVersions(prefix: LedgerKey): readonly { readonly key: LedgerKey; readonly version: number }[];
  privateVersion(collection: string, keyHash: string): Version;
}

/** true when everything that was read still stands as it was. */
export function stillStands(set: ReadWriteSet, versions: Versions): boolean {
  return (
    set.reads.every(({ key, version }) => versions.version(key) === version) &&
    set.ranges.every(({ prefix, result }) => rangeHash(versions.rangeVersions(prefix)) === result) &&
    set.privateReads.every(
      ({ collection, key, version }) => versions.privateVersion(collection, key) === version,
    )
  );
}

export function rangeHash(records: readonly { readonly key: LedgerKey; readonly version: number }[]): string {
  const listed = records.map(({ key, version }) => ({ key, version }));
  return toBase64url(transcriptHash('range', canonicalBytes(listed)));
}

export function valueHash(value: Uint8Array): string {
  return toBase64url(transcriptHash('value', value));
}

export function privateValueHash(collection: string, value: Uint8Array): string {
  return toBase64url(transcriptHash('private-value', collection, value));
}

export function privateKeyHash(collection: string, key: LedgerKey): string {
  return toBase64url(transcriptHash('private-key', collection, encodeKey(key)));
}
