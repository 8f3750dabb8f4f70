import { randomBytes } from 'node:crypto';
import { encryptPair, type ComparedValues, type QualityRecord, type XorRecord } from '@tacit/comparison';
import { toBase64url, type AdditiveScheme, type BitEncryptor } from '@tacit/core';

export interface PublishedPair {
  readonly quality: QualityRecord;
  readonly xor: XorRecord;
}

/**
 * Table 1 for one pair: the records as they are sent to the ledger.
 * @param keyProof of a scheme that has one; it is made with the key
 */
export function publishPair(
  scheme: AdditiveScheme,
  encryptor: BitEncryptor,
  bits: number,
  values: ComparedValues,
  keyProof: Uint8Array | null = null,
): PublishedPair {
  const pairId = toBase64url(randomBytes(16));
  const { x, y, xHash, yHash, w, ...named } = encryptPair(scheme, encryptor, { pairId, bits, ...values });
  const { profile, keyId, publicKey, wHash } = named;
  const hash = toBase64url(randomBytes(32));
  return {
    quality: {
      pairId,
      agreementHash: hash,
      sequence: { x: 1, y: 2 },
      takenAt: { x: 0, y: 1 },
      lotRefs: { x: hash, y: hash },
      supersedes: null,
      profile,
      keyId,
      publicKey,
      keyProof: keyProof && toBase64url(keyProof),
      x,
      y,
      xHash,
      yHash,
      wHash,
    },
    xor: { ...named, keyHolder: 'B', servicer: 'S', buyers: ['A'], w },
  };
}
