// What a dishonest evaluator sends to a key holder who decrypts whatever arrives, and what it reads off the replies.
import type { AdditiveScheme, Ciphertext, PublicKey } from '@tacit/core';

/** A reply as the attacker sees it: the index of the answer, or nothing but a refusal. */
export type Reply = { readonly index: number } | 'refused';

/** Slots in one question, so values that one answer tells apart: 32 slots, 5 bits. */
const WINDOW = 5;

/**
 * Seven questions for 32 bits, made of the public Enc(x) alone. Slot v of question q encrypts
 * Σ_{j<5} 2^j·x_{5q+j} − v, so the one slot with a zero is the value of five bits.
 */
export function windowQuestions<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  publicKey: PK,
  x: readonly C[],
): C[][] {
  const questions: C[][] = [];
  for (let low = 0; low < x.length; low += WINDOW) {
    const window = x
      .slice(low, low + WINDOW)
      .map((bit, j) => scheme.multiplyPlaintext(publicKey, bit, 1n << BigInt(j)))
      .reduce((sum, term) => scheme.add(publicKey, sum, term));
    questions.push(x.map((_, v) => scheme.addPlaintext(publicKey, window, -BigInt(v))));
  }
  return questions;
}

/** The bits of X that the replies tell, least significant first; null where they tell nothing. */
export function readWindows(replies: readonly Reply[], bits: number): (number | null)[] {
  return replies
    .flatMap((reply) =>
      Array.from({ length: WINDOW }, (_, j) => (reply === 'refused' ? null : (reply.index >> j) & 1)),
    )
    .slice(0, bits);
}

/**
 * One question per bit of X against a key holder who only checks that each plaintext is the expected one: the honest
 * question, with one slot multiplied by Enc(x_j). The plaintexts stay as they are exactly if x_j = 0.
 */
export function probeQuestions<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  publicKey: PK,
  x: readonly C[],
  honest: readonly C[],
): C[][] {
  return x.map((bit, j) =>
    honest.map((slot, i) => (i === j % honest.length ? scheme.add(publicKey, slot, bit) : slot)),
  );
}

/** Accepted: the bit is 0. Refused: it is 1. */
export function readProbes(replies: readonly Reply[]): number[] {
  return replies.map((reply) => (reply === 'refused' ? 1 : 0));
}
