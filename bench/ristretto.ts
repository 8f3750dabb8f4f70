import { randomBytes } from 'node:crypto';
import {
  evaluate,
  expectedQuestion,
  findDifference,
  openQualityRecord,
  openXorRecord,
  proveAnswer,
  verifyAnswer,
  verifyQuestion,
  type AnswerContext,
} from '@tacit/comparison';
import { bytesToBigint, fromBase64url, toBase64url, type BitProver } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonces,
  ristrettoScheme,
  zeroProver,
  type Group,
  type RistrettoCiphertext,
  type RistrettoEncryptor,
  type RistrettoScheme,
} from '@tacit/ristretto';
import { measure } from './measure';
import { publishPair, type PublishedPair } from './sample-pair';

const BITS = 32;
const STEADY = { budget: 1_000, least: 5 };

/** Milliseconds for one pair of 32-bit readings, from bytes to bytes as the companies run it, and its sizes. */
export interface RistrettoTimes {
  readonly keyGeneration: number;
  /** B: 96 ciphertexts with their nonces, and the records. */
  readonly encrypt: number;
  /** B: all bits of x, y and w, and x + y + w. */
  readonly proveDigits: number;
  readonly verifyDigits: number;
  /** A: decode, compute z, hash it. */
  readonly evaluate: number;
  /** B: compute z again, compare, prove the answer at index 0, whose statement is the longest. */
  readonly answer: number;
  /** A: verify that proof, with z at hand. */
  readonly verify: number;
  /** encrypt, evaluate, answer and verify. */
  readonly wholePair: number;
  readonly ciphertextBytes: number;
  readonly digitProofBytes: number;
  readonly answerProofBytes: number;
}

/** @param group undefined for the one in use; `ready()` has resolved. */
export function measureRistretto(progress: (step: string) => void, group?: Group): RistrettoTimes {
  const scheme = ristrettoScheme(group);
  progress('key generation');
  const keys = measure(() => keygen(randomBytes, group), STEADY);
  const { publicKey, secretKey } = keys.last;

  progress('encrypt and prove');
  const x = bytesToBigint(randomBytes(BITS / 8));
  const values = { x, y: x ^ 1n };
  const published = measure(() => {
    const encryptor = bitEncryptor(secretKey, makeNonces(publicKey, 3 * BITS, randomBytes, group));
    return { encryptor, pair: publishPair(scheme, encryptor, BITS, values) };
  }, STEADY);
  const { encryptor, pair } = published.last;
  const digits = measureDigits(scheme, encryptor, pair);

  progress('evaluate, answer, verify');
  const { quality, xor } = pair;
  const evaluation = measure(() => expectedQuestion(scheme, quality, xor), STEADY);
  const question = { zHash: evaluation.last.zHash, rise: toBase64url(evaluation.last.rise) };
  const finding = findDifference(values, BITS);
  const context: AnswerContext = {
    quality,
    evaluator: 'A',
    answer: { requestId: toBase64url(randomBytes(16)), zHash: question.zHash, ...finding },
  };
  const prover = zeroProver(secretKey, randomBytes);
  const answer = measure(() => {
    const z = verifyQuestion(scheme, pair, pair, question) as ReturnType<typeof evaluatedOf>['z'];
    const opened = openQualityRecord(scheme, quality, BITS);
    return proveAnswer(scheme, prover, { ...ristrettoVectors(opened), publicKey, z }, context);
  }, STEADY);
  const evaluated = evaluatedOf(scheme, pair);
  const verification = measure(() => {
    if (!verifyAnswer(scheme, { ...evaluated, publicKey }, context, answer.last)) throw new Error('refused');
  }, STEADY);

  const times = {
    encrypt: published.milliseconds,
    evaluate: evaluation.milliseconds,
    answer: answer.milliseconds,
    verify: verification.milliseconds,
  };
  return {
    keyGeneration: keys.milliseconds,
    ...times,
    ...digits,
    wholePair: Object.values(times).reduce((sum, time) => sum + time),
    ciphertextBytes: [quality.x, quality.y, xor.w].reduce((sum, v) => sum + fromBase64url(v).length, 0),
    answerProofBytes: answer.last.length,
  };
}

function measureDigits(
  scheme: RistrettoScheme,
  encryptor: RistrettoEncryptor,
  pair: PublishedPair,
): Pick<RistrettoTimes, 'proveDigits' | 'verifyDigits' | 'digitProofBytes'> {
  const { publicKey } = encryptor;
  const { x, y, w } = evaluatedOf(scheme, pair);
  const context = randomBytes(32);
  const prover: BitProver<RistrettoCiphertext> = encryptor.prover(randomBytes);
  const made = measure(
    () => [
      ...[x, y, w].map((vector) => prover.proveBits(vector, context)),
      prover.proveXor({ x, y, w }, context),
    ],
    STEADY,
  );
  const { bits } = scheme.proofs;
  const verified = measure(() => {
    const [ofX, ofY, ofW, ofXor] = made.last as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const held = [
      bits.verifyBits(publicKey, x, context, ofX),
      bits.verifyBits(publicKey, y, context, ofY),
      bits.verifyBits(publicKey, w, context, ofW),
      bits.verifyXor(publicKey, { x, y, w }, context, ofXor),
    ];
    if (held.includes(false)) throw new Error('refused');
  }, STEADY);
  return {
    proveDigits: made.milliseconds,
    verifyDigits: verified.milliseconds,
    digitProofBytes: made.last.reduce((sum, proof) => sum + proof.length, 0),
  };
}

/** The vectors of a pair and z, decoded and computed. */
function evaluatedOf(scheme: RistrettoScheme, { quality, xor }: PublishedPair) {
  const opened = openQualityRecord(scheme, quality, BITS);
  const vectors = { ...ristrettoVectors(opened), w: openXorRecord(scheme, xor) as RistrettoCiphertext[] };
  const publicKey = scheme.decodePublicKey(fromBase64url(quality.publicKey));
  return { ...vectors, z: evaluate(scheme, publicKey, vectors) };
}

/** The records' functions do not know the scheme's own type of ciphertext. */
function ristrettoVectors(opened: { readonly x: readonly unknown[]; readonly y: readonly unknown[] }): {
  readonly x: RistrettoCiphertext[];
  readonly y: RistrettoCiphertext[];
} {
  return { x: opened.x as RistrettoCiphertext[], y: opened.y as RistrettoCiphertext[] };
}
