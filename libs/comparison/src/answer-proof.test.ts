import { randomBytes, randomInt } from 'node:crypto';
import { bytesToBigint, type Ciphertext } from '@tacit/core';
import {
  encryptWithNonceFactor,
  isZero,
  keygen,
  makeNonceFactors,
  paillierScheme,
  proveKey,
  testProfile,
  zeroProver,
} from '@tacit/paillier';
import { modInv } from 'bigint-crypto-utils';
import { isDeep, trials } from '../../../test/support/trials';
import { findDifference, type Finding } from './answer';
import {
  answerStatement,
  answerTranscript,
  proveAnswer,
  verifyAnswer,
  type AnswerContext,
  type EvaluatedPair,
} from './answer-proof';
import { keyTranscript } from './key-proof';
import { clear, clearKey, clearProver, clearScheme, type ClearCiphertext } from './clear-scheme.fixture';
import { evaluate } from './evaluate';
import { bitsOf } from './pair';
import { openQualityRecord, openXorRecord } from './publish';
import { anyHash, id, publish, scheme as publishedScheme } from './published-pair.fixture';

const { quality } = publish(45n, 41n);
const contextOf = (finding: Finding): AnswerContext => ({
  quality,
  evaluator: 'ManufacturerA',
  answer: { requestId: 'AAAAAAAAAAAAAAAAAAAAAA', zHash: quality.wHash, ...finding },
});

/** All 2k + 1 answers that can be claimed. */
const findings = (k: number): Finding[] => [
  ...Array.from({ length: k }, (_, index) => ({ direction: 'rise' as const, index })),
  ...Array.from({ length: k }, (_, index) => ({ direction: 'fall' as const, index })),
  { direction: 'same', index: null },
];
const name = ({ direction, index }: Finding): string => `${direction} ${index ?? ''}`.trim();

function clearPair(x: number[], y: number[], w: number[]): EvaluatedPair<typeof clearKey, ClearCiphertext> {
  const [ex, ey, ew] = [x, y, w].map((digits) => digits.map((digit) => clear(BigInt(digit)))) as [
    ClearCiphertext[],
    ClearCiphertext[],
    ClearCiphertext[],
  ];
  const z = evaluate(clearScheme, clearKey, { x: ex, y: ey, w: ew });
  return { publicKey: clearKey, x: ex, y: ey, z };
}

/** Names of the answers that the prover can prove and the verifier accepts. */
function provable(
  k: number,
  prove: (f: Finding) => Uint8Array,
  verify: (f: Finding, proof: Uint8Array) => boolean,
): string[] {
  return findings(k)
    .filter((finding) => {
      let proof: Uint8Array;
      try {
        proof = prove(finding);
      } catch {
        return false;
      }
      return verify(finding, proof);
    })
    .map(name);
}

function provableInClear(x: number[], y: number[], w: number[]): string[] {
  const pair = clearPair(x, y, w);
  return provable(
    x.length,
    (finding) => proveAnswer(clearScheme, clearProver, pair, contextOf(finding)),
    (finding, proof) => verifyAnswer(clearScheme, pair, contextOf(finding), proof),
  );
}

/** Every list of `length` digits out of `digits`. */
function* lists(digits: readonly number[], length: number): Generator<number[]> {
  if (length === 0) yield [];
  else for (const rest of lists(digits, length - 1)) for (const digit of digits) yield [...rest, digit];
}

describe('what can be proven', () => {
  it.each([1, 2, 3, 4])('of all pairs of %i bits is the truth', (k) => {
    for (const x of lists([0, 1], k)) {
      for (const y of lists([0, 1], k)) {
        const w = x.map((bit, i) => bit ^ y[i]!);
        const value = (bits: number[]): bigint =>
          bits.reduce((sum, bit, i) => sum + (BigInt(bit) << BigInt(i)), 0n);
        const truth = name(findDifference({ x: value(x), y: value(y) }, k));
        expect(provableInClear(x, y, w)).toEqual([truth]);
      }
    }
  });

  it.each([
    [1, [-3, -2, -1, 0, 1, 2, 3]],
    [2, isDeep ? [-1, 0, 1, 2, 3] : [-1, 0, 1]],
  ])('of any %i digits out of %j is at most one answer', (k, digits) => {
    let some = 0;
    for (const all of lists(digits, 3 * k)) {
      const found = provableInClear(all.slice(0, k), all.slice(k, 2 * k), all.slice(2 * k));
      if (found.length > 1) throw new Error(`${all.join()}: ${found.join()}`);
      some += found.length;
    }
    expect(some).toBeGreaterThan(0);
  });

  it('of the pair that marks every rise and same is the rise at the top', () => {
    const [zeros, ones] = [new Array<number>(8).fill(0), new Array<number>(8).fill(1)];
    const { z } = clearPair(zeros, ones, zeros);
    expect([...z.rise, z.same].every(({ value }) => value === 0n)).toBe(true);
    expect(provableInClear(zeros, ones, zeros)).toEqual(['rise 7']);
  });
});

describe('what can be proven under Paillier', () => {
  const K = 8;
  const profile = testProfile(64);
  const scheme = paillierScheme(profile);
  const keys = keygen(profile);
  const { publicKey, secretKey } = keys;
  const n = publicKey.modulus;
  const prover = zeroProver(secretKey);

  const encrypt = (digits: readonly (0 | 1 | bigint)[]) => {
    const factors = makeNonceFactors(secretKey, digits.length, 'uniform', randomBytes);
    return digits.map((digit, i) => encryptWithNonceFactor(publicKey, BigInt(digit), factors[i]!));
  };
  const pairOf = (
    x: readonly (0 | 1 | bigint)[],
    y: readonly (0 | 1 | bigint)[],
    w: readonly (0 | 1 | bigint)[],
  ) => {
    const [ex, ey, ew] = [encrypt(x), encrypt(y), encrypt(w)];
    return { publicKey, x: ex, y: ey, z: evaluate(scheme, publicKey, { x: ex, y: ey, w: ew }) };
  };
  const provableOf = (pair: ReturnType<typeof pairOf>): string[] =>
    provable(
      K,
      (finding) => proveAnswer(scheme, prover, pair, contextOf(finding)),
      (finding, proof) => verifyAnswer(scheme, pair, contextOf(finding), proof),
    );

  it('is the true answer and none of the 16 others', () => {
    for (let left = trials(40, 6_250); left > 0; left--) {
      const x = BigInt(randomInt(256));
      const y = left % 8 === 0 ? x : x ^ BigInt(randomInt(256) >> (left % 8));
      const pair = pairOf(bitsOf(x, K), bitsOf(y, K), bitsOf(x ^ y, K));
      const truth = findDifference({ x, y }, K);
      expect(provableOf(pair)).toEqual([name(truth)]);
      // Nor does the proof of the truth pass for anything else.
      const proof = proveAnswer(scheme, prover, pair, contextOf(truth));
      const passes = findings(K).filter((finding) => verifyAnswer(scheme, pair, contextOf(finding), proof));
      expect(passes.map(name)).toEqual([name(truth)]);
    }
  });

  it('is at most one answer when digits of w make every rise and same zero', () => {
    const third = modInv(3n, n);
    for (let left = trials(5, 500); left > 0; left--) {
      // Any x and y with 0 and 1 on top; Σ_{j>i} w_j = −(x_i − y_i + 1)/3 modulo n for every i.
      const x = bitsOf(BigInt(randomInt(128)), K);
      const y = bitsOf(128n + BigInt(randomInt(128)), K);
      const sums = x.map((xi, i) => (n - ((BigInt(xi - y[i]! + 1) * third) % n)) % n);
      const w = sums.map((sum, i) => ((sums[i - 1] ?? 0n) - sum + n) % n);
      const pair = pairOf(x, y, w);
      const marked = [...pair.z.rise, pair.z.same].map((c) => isZero(secretKey, c));
      expect(marked).toEqual(new Array(K + 1).fill(true));
      expect(provableOf(pair)).toEqual(['rise 7']);
    }
  });

  it('of random digits is nothing', () => {
    const random = (): bigint[] => Array.from({ length: K }, () => bytesToBigint(randomBytes(16)) % n);
    for (let left = trials(5, 1_000); left > 0; left--) {
      expect(provableOf(pairOf(random(), random(), random()))).toEqual([]);
    }
  });
});

describe('a proof', () => {
  const { quality, xor, secretKey } = publish(45n, 41n);
  const { publicKey, x, y } = openQualityRecord(publishedScheme, quality, 8);
  const z = evaluate(publishedScheme, publicKey, { x, y, w: openXorRecord(publishedScheme, xor) });
  const pair = { publicKey, x, y, z } as EvaluatedPair;
  const context: AnswerContext = {
    quality,
    evaluator: 'ManufacturerA',
    answer: { requestId: id(), zHash: anyHash(), direction: 'fall', index: 2 },
  };
  const proof = proveAnswer(publishedScheme, zeroProver(secretKey), pair as never, context);
  const verifies = (changed: AnswerContext, about: EvaluatedPair = pair): boolean =>
    verifyAnswer(publishedScheme, about, changed, proof);

  it('holds for what it was made for', () => {
    expect(verifies(context)).toBe(true);
    expect(verifies(structuredClone(context))).toBe(true);
  });

  const { answer } = context;
  const other = publish(45n, 41n).quality;
  it.each<[string, AnswerContext]>([
    ...Object.keys(quality).map((field): [string, AnswerContext] => [
      `quality.${field}`,
      { ...context, quality: { ...quality, [field]: changed(field) } },
    ]),
    ['evaluator', { ...context, evaluator: 'ManufacturerC' }],
    ['requestId', { ...context, answer: { ...answer, requestId: id() } }],
    ['zHash', { ...context, answer: { ...answer, zHash: anyHash() } }],
    ['direction', { ...context, answer: { ...answer, direction: 'rise' } }],
    ['index', { ...context, answer: { ...answer, index: 3 } }],
    ['direction and index', { ...context, answer: { ...answer, direction: 'same', index: null } }],
  ])('does not hold with another %s', (_, other) => {
    expect(answerTranscript(other)).not.toEqual(answerTranscript(context));
    expect(verifies(other)).toBe(false);
  });

  function changed(field: string): unknown {
    const value = quality[field as keyof typeof quality];
    if (field === 'profile') return 'paillier-3072';
    if (field === 'supersedes') return id();
    if (field === 'pairId') return id();
    if (field === 'takenAt' || field === 'sequence') return { x: 1, y: 3 };
    if (field === 'lotRefs') return { ...quality.lotRefs, y: anyHash() };
    return other[field as keyof typeof quality] === value ? anyHash() : other[field as keyof typeof quality];
  }

  it('does not hold for other ciphertexts', () => {
    const [first, ...rest] = x as [Ciphertext, ...Ciphertext[]];
    // Digits below the index take no part, but the record that names them does.
    expect(verifies(context, { ...pair, x: [...rest, first] })).toBe(false);
    expect(verifies(context, { ...pair, y: [...y].reverse() })).toBe(false);
    expect(verifies(context, { ...pair, z: { ...z, fall: z.rise } })).toBe(false);
  });

  it.each<[string, object]>([
    ['no index', { index: null }],
    ['an index below 0', { index: -1 }],
    ['an index beyond the digits', { index: 8 }],
    ['a broken index', { index: 1.5 }],
    ['an index for same', { direction: 'same' }],
    ['an unknown direction', { direction: 'constructor' }],
  ])('does not hold for %s', (_, change) => {
    expect(verifies({ ...context, answer: { ...answer, ...change } })).toBe(false);
  });

  it('is not made for an index that the pair does not have', () => {
    const finding: Finding = { direction: 'fall', index: 8 };
    expect(() => answerStatement(publishedScheme, pair as never, finding)).toThrow(
      expect.objectContaining({ code: 'bad-answer' }),
    );
  });

  it('of the key is bound to its owner', () => {
    const keyProof = proveKey(secretKey, keyTranscript('ManufacturerB'));
    const key = publishedScheme.proofs.key!;
    expect(key.verify(secretKey.publicKey, keyTranscript('ManufacturerB'), keyProof)).toBe(true);
    expect(key.verify(secretKey.publicKey, keyTranscript('ManufacturerC'), keyProof)).toBe(false);
  });
});
