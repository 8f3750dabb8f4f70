// Table 1 of the paper: the key holder encrypts two consecutive readings bit by bit, and their XOR.
import {
  fromBase64url,
  toBase64url,
  type AdditiveScheme,
  type BitEncryptor,
  type Ciphertext,
  type PublicKey,
} from '@tacit/core';
import { z } from 'zod';
import { ComparisonError } from './errors';
import { bytes, companyId, hash, proof, randomId, time } from './fields';
import { decodeKeyProof } from './key-proof';
import { bitsOf, type ComparedValues } from './pair';
import { openVector, vectorHash, type VectorContext } from './vector';

const both = <T extends z.ZodType>(field: T) => z.strictObject({ x: field, y: field });

/** Recorded on `quality`: Enc(x) and Enc(y), readable by key holder and evaluator, useless without Enc(w). */
export const qualityRecordSchema = z.strictObject({
  pairId: randomId,
  agreementHash: hash,
  /** Sequence numbers of the readings, consecutive. */
  sequence: both(z.int().min(1)),
  takenAt: both(time),
  lotRefs: both(hash),
  /** The pair that this one corrects, if a published reading was wrong. */
  supersedes: randomId.nullable(),
  profile: z.string().min(1).max(32),
  keyId: hash,
  publicKey: bytes,
  /** That the key is sound (`key-proof.ts`); null where every key of the profile is. */
  keyProof: proof.nullable(),
  x: bytes,
  y: bytes,
  xHash: hash,
  yHash: hash,
  wHash: hash,
});
export type QualityRecord = z.infer<typeof qualityRecordSchema>;

/** Recorded on `xor`: Enc(w), for the servicer to sell to whom the key holder names; no lots, no times. */
export const xorRecordSchema = z.strictObject({
  pairId: randomId,
  keyHolder: companyId,
  servicer: companyId,
  buyers: z.array(companyId).min(1).max(16),
  profile: z.string().min(1).max(32),
  keyId: hash,
  publicKey: bytes,
  bits: z.int().min(1).max(64),
  w: bytes,
  wHash: hash,
});
export type XorRecord = z.infer<typeof xorRecordSchema>;

/** The three encrypted vectors of one pair with their hashes; bytes as base64url. */
export interface EncryptedPair {
  readonly pairId: string;
  readonly profile: string;
  readonly keyId: string;
  readonly publicKey: string;
  readonly bits: number;
  readonly x: string;
  readonly y: string;
  readonly w: string;
  readonly xHash: string;
  readonly yHash: string;
  readonly wHash: string;
}

/**
 * Enc(x_i), Enc(y_i), Enc(w_i) with w_i = x_i ⊕ y_i for i = 0 … k−1: 3k single-use encryptions under a key that no
 * other pair uses.
 */
export function encryptPair(
  scheme: AdditiveScheme,
  encryptor: BitEncryptor,
  pair: ComparedValues & { readonly pairId: string; readonly bits: number },
): EncryptedPair {
  const { pairId, bits: k } = pair;
  const { publicKey } = encryptor;
  const x = bitsOf(pair.x, k);
  const y = bitsOf(pair.y, k);
  const w = bitsOf(pair.x ^ pair.y, k);
  const encrypt = (bits: readonly (0 | 1)[]): Uint8Array =>
    scheme.encodeCiphertexts(bits.map((bit) => encryptor.encryptBit(bit)));
  const [ex, ey, ew] = [encrypt(x), encrypt(y), encrypt(w)];
  const context: VectorContext = { keyId: publicKey.keyId, pairId, bits: k };
  return {
    pairId,
    profile: scheme.profile,
    keyId: publicKey.keyId,
    publicKey: toBase64url(scheme.encodePublicKey(publicKey)),
    bits: k,
    x: toBase64url(ex),
    y: toBase64url(ey),
    w: toBase64url(ew),
    xHash: vectorHash('x', context, ex),
    yHash: vectorHash('y', context, ey),
    wHash: vectorHash('w', context, ew),
  };
}

/** A quality record's ciphertexts, checked. */
export interface OpenedQualityRecord {
  readonly publicKey: PublicKey;
  readonly x: readonly Ciphertext[];
  readonly y: readonly Ciphertext[];
}

/**
 * Checks of Enc(x) and Enc(y) what is cheap and needs no secret; `verifyKeyProof` is not cheap.
 * @throws ComparisonError `bad-record` for a key that is not what keyId names, or a key proof that is missing, of
 *   another length, or of no use to the scheme; `bad-vector` for the vectors.
 */
export function openQualityRecord(
  scheme: AdditiveScheme,
  record: QualityRecord,
  bits: number,
): OpenedQualityRecord {
  const publicKey = openPublicKey(scheme, record);
  decodeKeyProof(scheme, publicKey, record.keyProof);
  const context: VectorContext = { keyId: record.keyId, pairId: record.pairId, bits };
  return {
    publicKey,
    x: openVector(scheme, publicKey, 'x', context, record.x, record.xHash),
    y: openVector(scheme, publicKey, 'y', context, record.y, record.yHash),
  };
}

/** Checks of Enc(w) what needs no secret. @throws ComparisonError `bad-record`, `bad-vector` */
export function openXorRecord(scheme: AdditiveScheme, record: XorRecord): Ciphertext[] {
  const publicKey = openPublicKey(scheme, record);
  return openVector(scheme, publicKey, 'w', record, record.w, record.wHash);
}

function openPublicKey(
  scheme: AdditiveScheme,
  record: { readonly profile: string; readonly keyId: string; readonly publicKey: string },
): PublicKey {
  let publicKey: PublicKey;
  try {
    publicKey = scheme.decodePublicKey(fromBase64url(record.publicKey));
  } catch (cause) {
    throw new ComparisonError('bad-record', `not a public key of profile ${scheme.profile}`, { cause });
  }
  if (record.profile !== scheme.profile || record.keyId !== publicKey.keyId) {
    throw new ComparisonError('bad-record', 'the key is not the one that the record names');
  }
  return publicKey;
}
