import { randomBytes } from 'node:crypto';
import {
  agreementHash,
  encryptPair,
  expectedQuestion,
  keyTranscript,
  type Agreement,
  type QualityRecord,
  type XorRecord,
} from '@tacit/comparison';
import { fromBase64url, toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierScheme,
  proveKey,
  testProfile,
} from '@tacit/paillier';

export const profile = testProfile(64);
export const scheme = paillierScheme(profile);

export const id = (): string => toBase64url(randomBytes(16));
export const anyHash = (): string => toBase64url(randomBytes(32));

export const terms = (change: Partial<Agreement> = {}): Agreement => ({
  id: id(),
  version: 1,
  supersedes: null,
  keyHolder: 'B',
  evaluator: 'A',
  servicer: 'S',
  quantity: 'moisture',
  unit: 'g/cm²',
  scale: 2,
  offset: '0',
  bits: 8,
  profile: profile.name,
  measure: 'bit',
  answerBudget: 2,
  expiresAt: 1_800_000_000_000,
  ...change,
});

export type KeyPair = ReturnType<typeof keygen>;

export interface PublishedPair {
  readonly quality: QualityRecord;
  readonly xor: XorRecord;
  readonly zHash: string;
  readonly w: Uint8Array;
  readonly key: KeyPair;
}

/** A pair of readings as the key holder would publish it. */
export function pairOfReadings(
  agreement: Agreement,
  x: bigint,
  y: bigint,
  { key = keygen(profile), ...change }: Partial<QualityRecord> & { key?: KeyPair } = {},
): PublishedPair {
  const encryptor = bitEncryptor(
    key.publicKey,
    makeNonceFactors(key.secretKey, 3 * agreement.bits, 'uniform', randomBytes),
  );
  const { w, bits, ...encrypted } = encryptPair(scheme, encryptor, {
    pairId: change.pairId ?? id(),
    bits: agreement.bits,
    x,
    y,
  });
  const quality: QualityRecord = {
    ...encrypted,
    agreementHash: agreementHash(agreement),
    sequence: { x: 1, y: 2 },
    takenAt: { x: 1, y: 2 },
    lotRefs: { x: anyHash(), y: anyHash() },
    supersedes: null,
    keyProof: toBase64url(proveKey(key.secretKey, keyTranscript(agreement.keyHolder))),
    ...change,
  };
  const { pairId, keyId, publicKey, wHash } = encrypted;
  const xor: XorRecord = {
    pairId,
    keyHolder: agreement.keyHolder,
    servicer: agreement.servicer,
    buyers: [agreement.evaluator],
    profile: profile.name,
    keyId,
    publicKey,
    bits,
    w,
    wHash,
  };
  const { zHash } = expectedQuestion(scheme, { ...quality, ...encrypted }, xor);
  return { quality, xor, zHash, w: fromBase64url(w), key };
}
