// What the paper leaves to trust: that the key holder's answer is the true one.
import {
  recordHash,
  transcriptHash,
  u64be,
  type AdditiveScheme,
  type Ciphertext,
  type PublicKey,
  type ZeroProver,
} from '@tacit/core';
import { DIRECTIONS, markedCiphertext, type Answer, type Finding } from './answer';
import { ComparisonError } from './errors';
import type { Evaluation } from './evaluate';
import type { QualityRecord } from './publish';

/** Enc(x), Enc(y) as recorded and z, which whoever proves or verifies has computed from them and from Enc(w). */
export interface EvaluatedPair<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  readonly publicKey: PK;
  readonly x: readonly C[];
  readonly y: readonly C[];
  readonly z: Evaluation<C>;
}

/** What a proof is bound to: one answer to one request of one company about one record. */
export interface AnswerContext {
  readonly quality: QualityRecord;
  /** The company that asked. */
  readonly evaluator: string;
  readonly answer: Pick<Answer, 'requestId' | 'zHash' | 'direction' | 'index'>;
}

/**
 * The ciphertexts that all encrypt 0 if the finding is true.
 *
 *   rise, fall at i:  z_i, Enc(x_i)·g^−x_i, Enc(y_i)·g^−y_i, Enc(x_j)·Enc(y_j)^−1 for all j > i,
 *                     with z_i = rise_i, x_i = 0, y_i = 1 or z_i = fall_i, x_i = 1, y_i = 0
 *   same:             same, Enc(x_j)·Enc(y_j)^−1 for all j
 *
 * Whatever was published, this is true of at most one finding: of two indices the lower one asks for equal digits
 * where the higher one asks for 0 and 1. z_i alone does not do: for x = 0…0, y = 1…1 and w = 0…0 it is zero at every
 * index, and so is `same`. All that the plaintexts tell, the finding tells already.
 *
 * @throws ComparisonError `bad-answer` for an index that the pair does not have
 */
export function answerStatement<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  { publicKey, x, y, z }: EvaluatedPair<PK, C>,
  finding: Finding,
): C[] {
  const marked = markedCiphertext(z, finding);
  const from = finding.direction === 'same' ? 0 : (finding.index ?? -1) + 1;
  const negatedY = scheme.negateAll(publicKey, y.slice(from));
  const equalities = negatedY.map((minusY, j) => scheme.add(publicKey, at(x, from + j), minusY));
  if (finding.direction === 'same') return [marked, ...equalities];
  const [xi, yi] = finding.direction === 'rise' ? [0n, 1n] : [1n, 0n];
  const i = from - 1;
  return [
    marked,
    scheme.addPlaintext(publicKey, at(x, i), -xi),
    scheme.addPlaintext(publicKey, at(y, i), -yi),
    ...equalities,
  ];
}

/**
 * The key holder's proof that an answer is true.
 * @param pair computed by herself from her own publication: a proof opens what it speaks of
 * @throws what the prover throws, for an answer that is not true
 */
export function proveAnswer<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  prover: ZeroProver<C>,
  pair: EvaluatedPair<PK, C>,
  context: AnswerContext,
): Uint8Array {
  return prover.prove(answerStatement(scheme, pair, context.answer), answerTranscript(context));
}

/**
 * Whether a proof shows that an answer is true, for a key that is known to be sound: where the scheme has key
 * proofs, the caller verifies that of the record first (`key-proof.ts`). false for an index that the pair does not
 * have and for whatever else does not hold.
 * @param pair computed by the verifier from the recorded ciphertexts, never taken from the prover
 */
export function verifyAnswer<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  pair: EvaluatedPair<PK, C>,
  context: AnswerContext,
  proof: Uint8Array,
): boolean {
  if (!isFinding(context.answer, pair.x.length)) return false;
  const statement = answerStatement(scheme, pair, context.answer);
  return scheme.proofs.zeros.verify(pair.publicKey, statement, answerTranscript(context), proof);
}

/**
 * H("answer-proof", H(quality record), wHash, zHash, requestId, A, direction, i), i empty for `same`. The record's
 * hash covers agreement, pair, key and both vectors; key and statement enter the challenge beside it.
 */
export function answerTranscript({ quality, evaluator, answer }: AnswerContext): Uint8Array {
  return transcriptHash(
    'answer-proof',
    recordHash('quality', quality),
    quality.wHash,
    answer.zHash,
    answer.requestId,
    evaluator,
    answer.direction,
    answer.index === null ? new Uint8Array() : u64be(answer.index),
  );
}

function isFinding({ direction, index }: Finding, k: number): boolean {
  if (!DIRECTIONS.includes(direction)) return false;
  if (direction === 'same') return index === null;
  return index !== null && Number.isInteger(index) && index >= 0 && index < k;
}

function at<T>(vector: readonly T[], i: number): T {
  const item = vector[i];
  if (item === undefined) throw new ComparisonError('bad-answer', `no digit at index ${i}`);
  return item;
}
