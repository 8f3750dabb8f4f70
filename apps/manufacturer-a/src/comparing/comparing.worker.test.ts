import { randomBytes } from 'node:crypto';
import {
  encryptPair,
  expectedQuestion,
  keyTranscript,
  openQualityRecord,
  proveAnswer,
  type Answer,
  type EvaluatedPair,
  type QualityRecord,
  type XorRecord,
} from '@tacit/comparison';
import { fromBase64url, toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierProfile,
  paillierScheme,
  proveKey,
  zeroProver,
  type PaillierCiphertext,
  type PaillierPublicKey,
} from '@tacit/paillier';
import { hashOf, randomId } from '../company.fixture';
import { holdsProof, inspectPair, type ProofTask } from './comparing.worker';

const BITS = 8;
const OWNER = 'ManufacturerB';
const profile = paillierProfile('paillier-3072');
const scheme = paillierScheme(profile);
const { publicKey, secretKey } = keygen(profile);

/** 41 and 76 as B publishes them: the first difference is bit 6. */
function published(): { readonly quality: QualityRecord; readonly xor: XorRecord } {
  const encryptor = bitEncryptor(publicKey, makeNonceFactors(secretKey, 3 * BITS, 'uniform', randomBytes));
  const pair = { pairId: randomId(), bits: BITS, x: 41n, y: 76n };
  const { w, bits, ...encrypted } = encryptPair(scheme, encryptor, pair);
  const { pairId, keyId, publicKey: key, wHash } = encrypted;
  const quality: QualityRecord = {
    ...encrypted,
    agreementHash: hashOf(1),
    sequence: { x: 1, y: 2 },
    takenAt: { x: 1, y: 2 },
    lotRefs: { x: hashOf(2), y: hashOf(3) },
    supersedes: null,
    keyProof: toBase64url(proveKey(secretKey, keyTranscript(OWNER))),
  };
  const named = { pairId, profile: profile.name, keyId, publicKey: key, wHash };
  const parties = { keyHolder: OWNER, servicer: 'ServicerS', buyers: ['ManufacturerA'] };
  return { quality, xor: { ...named, ...parties, bits, w } };
}

const { quality, xor } = published();

describe('inspecting a published pair', () => {
  const inspect = (record: QualityRecord, keyHolder = OWNER, seen: readonly string[] = []): unknown =>
    inspectPair({
      record,
      bits: BITS,
      keyHolder,
      seen: seen.map((key) => ({ pairId: 'earlier', publicKey: key })),
    })?.flaw ?? null;

  it('finds nothing wrong with an honest one', () => {
    expect(inspect(quality)).toBeNull();
  });

  it('finds a key that its owner has not proven', () => {
    expect(inspect(quality, 'ManufacturerC')).toBe('unproven-key');
    const proof = fromBase64url(quality.keyProof ?? '');
    proof[proof.length - 1] = (proof[proof.length - 1] ?? 0) ^ 1;
    expect(inspect({ ...quality, keyProof: toBase64url(proof) })).toBe('unproven-key');
  });

  it('finds a proof that is missing or cut', () => {
    expect(inspect({ ...quality, keyProof: null })).toBe('bad-record');
    expect(inspect({ ...quality, keyProof: 'AAAA' })).toBe('bad-record');
  });

  it('finds a key that was there before, whatever is proven of it', () => {
    expect(inspect(quality, OWNER, [quality.publicKey])).toBe('weak-key');
  });
});

describe('verifying an answer', () => {
  const { evaluation: z, zHash } = expectedQuestion(scheme, quality, xor);
  const pair = { ...openQualityRecord(scheme, quality, BITS), z } as EvaluatedPair<
    PaillierPublicKey,
    PaillierCiphertext
  >;
  const claim: Omit<Answer, 'proof'> = {
    requestId: randomId(),
    pairId: quality.pairId,
    zHash,
    direction: 'rise',
    index: 6,
    salt: randomId(),
  };
  const context = { quality, evaluator: 'ManufacturerA', answer: claim };
  const proof = toBase64url(proveAnswer(scheme, zeroProver(secretKey), pair, context));
  const answer: Answer = { ...claim, proof };
  const holds = (changes: Partial<Answer> = {}, task: Partial<ProofTask> = {}): boolean =>
    holdsProof({
      record: quality,
      bits: BITS,
      w: xor.w,
      evaluator: 'ManufacturerA',
      answer: { ...answer, ...changes },
      ...task,
    });

  it('holds for the true answer to the company that asked', () => {
    expect(holds()).toBe(true);
    expect(holds({}, { evaluator: 'ManufacturerA2' })).toBe(false);
  });

  it.each<[string, Partial<Answer>]>([
    ['another direction', { direction: 'fall' }],
    ['another index', { index: 5 }],
    ['no change', { direction: 'same', index: null }],
    ['another request', { requestId: randomId() }],
    ['another evaluation', { zHash: hashOf(4) }],
    ['a proof of another length', { proof: 'AAAA' }],
    ['a proof in another spelling', { proof: `${proof}=` }],
  ])('does not hold for %s', (_name, changes) => {
    expect(holds(changes)).toBe(false);
  });
});
