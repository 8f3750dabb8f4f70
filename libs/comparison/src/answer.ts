// Table 4 of the paper: the key holder answers. As published she decrypts whatever arrives, and the evaluator reads
// a 32-bit value in seven crafted queries. DEVIATION: she answers only for bytes that she computed herself.
import {
  canonicalBytes,
  equalBytes,
  fromBase64url,
  recordHash,
  type AdditiveScheme,
  type Ciphertext,
} from '@tacit/core';
import { z } from 'zod';
import { ComparisonError } from './errors';
import { evaluate, evaluationHash, type Evaluation } from './evaluate';
import { hash, proof, randomId } from './fields';
import { bitsOf, type ComparedValues } from './pair';
import { openQualityRecord, openXorRecord, type QualityRecord, type XorRecord } from './publish';

export const DIRECTIONS = ['rise', 'fall', 'same'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Direction of the change from X to Y and index of the first differing bit; null ⇔ `same`. */
export interface Finding {
  readonly direction: Direction;
  readonly index: number | null;
}

/** What the key holder says about one request; recorded as private data, its hash on the channel. */
export const answerSchema = z
  .strictObject({
    requestId: randomId,
    pairId: randomId,
    zHash: hash,
    direction: z.enum(DIRECTIONS),
    index: z.int().min(0).max(63).nullable(),
    /** 128 random bits: without them the hash on the channel could be matched against all 2k + 1 answers. */
    salt: randomId,
    /** That direction and index follow from what was published (`answer-proof.ts`). */
    proof,
  })
  .refine(
    ({ direction, index }) => (direction === 'same') === (index === null),
    'an index goes with a change',
  );
export type Answer = z.infer<typeof answerSchema>;

/** What the evaluator asks: the request on the ledger names zHash, the message carries rise. */
export interface Question {
  readonly zHash: string;
  /** rise_0 ‖ … ‖ rise_{k−1} as base64url; fall follows from it. */
  readonly rise: string;
}

/**
 * Holds a question against the key holder's own publication: she computes z from the records that she stored when
 * she published, and the ledger's copies and the question must agree with them to the byte.
 *
 * Nothing is decrypted here and nothing depends on a plaintext: a check that looked at decrypted values would
 * still tell one bit a query.
 *
 * @returns z, for the cross-check with `markedCiphertext`.
 * @throws ComparisonError `request-mismatch` whatever the difference is.
 */
export function verifyQuestion(
  scheme: AdditiveScheme,
  own: { readonly quality: QualityRecord; readonly xor: XorRecord },
  ledger: { readonly quality: QualityRecord; readonly xor: XorRecord },
  question: Question,
): Evaluation {
  const same = sameBytes(own.quality, ledger.quality) && sameBytes(own.xor, ledger.xor);
  const expected = expectedQuestion(scheme, own.quality, own.xor);
  const asked = question.zHash === expected.zHash && equalBytes(decode(question.rise), expected.rise);
  if (!same || !asked)
    throw new ComparisonError('request-mismatch', 'the request is not about what was published');
  return expected.evaluation;
}

/** The one question that can be asked about a pair. @throws ComparisonError for records that do not fit together. */
export function expectedQuestion(
  scheme: AdditiveScheme,
  quality: QualityRecord,
  xor: XorRecord,
): { readonly zHash: string; readonly rise: Uint8Array; readonly evaluation: Evaluation } {
  if (quality.pairId !== xor.pairId || quality.keyId !== xor.keyId || quality.wHash !== xor.wHash) {
    throw new ComparisonError('bad-record', 'quality record and XOR record are not of one pair');
  }
  const { publicKey, x, y } = openQualityRecord(scheme, quality, xor.bits);
  const evaluation = evaluate(scheme, publicKey, { x, y, w: openXorRecord(scheme, xor) });
  return {
    zHash: evaluationHash(scheme, xor, evaluation),
    rise: scheme.encodeCiphertexts(evaluation.rise),
    evaluation,
  };
}

/** The ciphertext that encrypts zero if the finding is true: rise_i, fall_i or same. */
export function markedCiphertext<C extends Ciphertext>(z: Evaluation<C>, { direction, index }: Finding): C {
  const marked = direction === 'same' ? z.same : z[direction][index ?? -1];
  if (marked === undefined) throw new ComparisonError('bad-answer', 'no such index');
  return marked;
}

/**
 * The first difference from the top, from the key holder's own plaintext. Always k steps of the same arithmetic:
 * what it finds changes no branch, so the time of an answer does not tell it.
 */
export function findDifference({ x, y }: ComparedValues, k: number): Finding {
  const [xBits, yBits] = [bitsOf(x, k), bitsOf(y, k)];
  let found = 0;
  let index = 0;
  let rises = 0;
  for (let i = k - 1; i >= 0; i--) {
    const xi = xBits[i] ?? 0;
    const yi = yBits[i] ?? 0;
    const first = (xi ^ yi) & (found ^ 1);
    index |= i * first;
    rises |= yi & first;
    found |= first;
  }
  const direction = (['same', 'fall', 'rise'] as const)[found + rises] ?? 'same';
  return { direction, index: direction === 'same' ? null : index };
}

/** H("record", "answer", RFC 8785 JSON) as base64url. */
export function answerHash(answer: Answer): string {
  return recordHash('answer', answer);
}

/** @throws ComparisonError `bad-answer` for another shape, or an index that k bits do not have. */
export function parseAnswer(value: unknown, bits: number): Answer {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success || (parsed.data.index ?? 0) >= bits) {
    throw new ComparisonError('bad-answer', `not an answer about ${bits} bits`);
  }
  return parsed.data;
}

/** A copy that has no canonical form is another record. */
function sameBytes(own: unknown, copy: unknown): boolean {
  try {
    return equalBytes(canonicalBytes(own), canonicalBytes(copy));
  } catch {
    return false;
  }
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch {
    return new Uint8Array();
  }
}
