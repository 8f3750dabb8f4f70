// Table 3 of the paper: the evaluator combines the ciphertexts; a zero among the results marks the answer.
import {
  toBase64url,
  transcriptHash,
  u64be,
  type AdditiveScheme,
  type Ciphertext,
  type PublicKey,
} from '@tacit/core';
import { ComparisonError } from './errors';
import type { VectorContext } from './vector';

/** Three vectors of k ciphertexts under one key, least significant first. */
export interface PairCiphertexts<C extends Ciphertext = Ciphertext> {
  readonly x: readonly C[];
  readonly y: readonly C[];
  readonly w: readonly C[];
}

/** z. At most one of the 2k + 1 plaintexts is zero when x, y are bits and w = x ⊕ y: it is the answer. */
export interface Evaluation<C extends Ciphertext = Ciphertext> {
  /** Formula (1): rise_i encrypts x_i − y_i + 1 + 3·Σ_{j>i} w_j; zero ⇔ X < Y and i is the first difference. */
  readonly rise: readonly C[];
  /** Formula (2): fall_i encrypts x_i − y_i − 1 + 3·Σ_{j>i} w_j; zero ⇔ X > Y and i is the first difference. */
  readonly fall: readonly C[];
  /** Encrypts Σ_j w_j; zero ⇔ X = Y. */
  readonly same: C;
}

/**
 *   rise_i = Enc(x_i) ∘ Enc(−y_i) ∘ Enc(1)  ∘ 3·P_i      with P_i = Σ_{j>i} Enc(w_j)
 *   fall_i = Enc(x_i) ∘ Enc(−y_i) ∘ Enc(−1) ∘ 3·P_i
 *   same   = P_0 ∘ Enc(w_0)
 *
 * The sum runs over the more significant bits. The factor 3 exceeds |x_i − y_i ± 1| ≤ 2, so nothing above a
 * difference can cancel. Nothing is re-randomised: whoever has the same records computes the same bytes.
 *
 * DEVIATION: formula (6) of the paper negates Enc(y_i) by raising it to n − 1; the inverse encrypts the same, costs
 * a thousandth, and is one fixed byte string.
 */
export function evaluate<PK extends PublicKey, C extends Ciphertext>(
  scheme: AdditiveScheme<PK, C>,
  publicKey: PK,
  { x, y, w }: PairCiphertexts<C>,
): Evaluation<C> {
  const k = x.length;
  if (k === 0 || y.length !== k || w.length !== k) {
    throw new ComparisonError('bad-vector', 'x, y and w have one length, at least 1');
  }
  const negatedY = scheme.negateAll(publicKey, y);
  const rise = new Array<C>(k);
  const fall = new Array<C>(k);
  let above: C | undefined;
  for (let i = k - 1; i >= 0; i--) {
    const [xi, minusYi, wi] = [at(x, i), at(negatedY, i), at(w, i)];
    const difference = scheme.add(publicKey, xi, minusYi);
    const masked = above
      ? scheme.add(publicKey, difference, scheme.multiplyPlaintext(publicKey, above, 3n))
      : difference;
    rise[i] = scheme.addPlaintext(publicKey, masked, 1n);
    fall[i] = scheme.addPlaintext(publicKey, masked, -1n);
    above = above ? scheme.add(publicKey, above, wi) : wi;
  }
  return { rise, fall, same: above as C };
}

/** zHash = H("z", keyId, pairId, k, rise, fall) as base64url. */
export function evaluationHash(scheme: AdditiveScheme, context: VectorContext, z: Evaluation): string {
  return toBase64url(
    transcriptHash(
      'z',
      context.keyId,
      context.pairId,
      u64be(context.bits),
      scheme.encodeCiphertexts(z.rise),
      scheme.encodeCiphertexts(z.fall),
    ),
  );
}

function at<T>(vector: readonly T[], i: number): T {
  const item = vector[i];
  if (item === undefined) throw new ComparisonError('bad-vector', `no ciphertext at index ${i}`);
  return item;
}
