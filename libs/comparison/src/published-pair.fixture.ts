import { randomBytes } from 'node:crypto';
import { toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierScheme,
  proveKey,
  testProfile,
} from '@tacit/paillier';
import { agreementHash, type Agreement } from './agreement';
import { keyTranscript } from './key-proof';
import {
  encryptPair,
  qualityRecordSchema,
  xorRecordSchema,
  type QualityRecord,
  type XorRecord,
} from './publish';

export const id = (): string => toBase64url(randomBytes(16));
export const anyHash = (): string => toBase64url(randomBytes(32));

export const agreement: Agreement = {
  id: id(),
  version: 1,
  supersedes: null,
  keyHolder: 'ManufacturerB',
  evaluator: 'ManufacturerA',
  servicer: 'ServicerS',
  quantity: 'moisture',
  unit: 'g/cm²',
  scale: 2,
  offset: '0',
  bits: 8,
  profile: 'paillier-test-64',
  measure: 'magnitude',
  answerBudget: 12,
  expiresAt: 1_800_000_000_000,
};

const profile = testProfile(64);
export const scheme = paillierScheme(profile);

export function publish(
  x: bigint,
  y: bigint,
  k = 8,
): { quality: QualityRecord; xor: XorRecord; secretKey: ReturnType<typeof keygen>['secretKey'] } {
  const { publicKey, secretKey } = keygen(profile);
  const encryptor = bitEncryptor(publicKey, makeNonceFactors(secretKey, 3 * k, 'uniform', randomBytes));
  const { w, bits, ...pair } = encryptPair(scheme, encryptor, { pairId: id(), bits: k, x, y });
  const quality = qualityRecordSchema.parse({
    ...pair,
    agreementHash: agreementHash(agreement),
    sequence: { x: 1, y: 2 },
    takenAt: { x: 1, y: 2 },
    lotRefs: { x: anyHash(), y: anyHash() },
    supersedes: null,
    keyProof: toBase64url(proveKey(secretKey, keyTranscript(agreement.keyHolder))),
  });
  const { pairId, keyId, publicKey: key, wHash } = pair;
  const xor = xorRecordSchema.parse({
    pairId,
    keyHolder: 'ManufacturerB',
    servicer: 'ServicerS',
    buyers: ['ManufacturerA'],
    profile: scheme.profile,
    keyId,
    publicKey: key,
    bits,
    w,
    wHash,
  });
  return { quality, xor, secretKey };
}
