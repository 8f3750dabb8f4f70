import type { ZeroProofs, ZeroProver } from '@tacit/core';
import type { PaillierCiphertext } from './ciphertext';
import { combinations } from './combinations';
import { isZero } from './decrypt';
import { PaillierError } from './errors';
import { nthPower } from './nth-powers';
import type { PaillierPublicKey } from './public-key';
import { decodeRoots, encodeRoots, nthRoots, rootsLength } from './roots';
import type { PaillierSecretKey } from './secret-key';

/**
 * Shows that ciphertexts c_1 … c_m all encrypt 0 by the n-th roots of seven random products of them:
 * s_l^n ≡ U_l = Π_j c_j^(t_lj) mod n², 0 < s_l < n, weights t of 20 bits from the transcript.
 *
 * Soundness, for an n that has passed its key proof: U_l is an n-th power exactly when Σ_j t_lj·m_j ≡ 0 mod n. If
 * some m_j is not 0 modulo n, it is not 0 modulo some prime ℓ ≥ 2^20 of n, and whatever the other weights are, at
 * most one t_lj below 2^20 satisfies the equation modulo ℓ: 2^−20, for all seven 2^−140. Under an n that has not
 * been proven a proof shows nothing.
 *
 * The seven equations are verified one by one. To verify one random combination of them instead, however long its
 * exponents, would miss a false statement with probability 1/ℓ, and nobody has shown that ℓ exceeds 2^20.
 *
 * Roots are unique, so there is one proof for each statement and context, and any change to its bytes breaks it.
 */
export const zeroProofs: ZeroProofs<PaillierPublicKey, PaillierCiphertext> = {
  proofLength: rootsLength,
  verify(publicKey, ciphertexts, context, proof) {
    const roots = decodeRoots(publicKey, proof);
    if (!roots) return false;
    const products = combinations(publicKey, ciphertexts, context);
    const power = nthPower(publicKey);
    return roots.every((root, l) => power(root) === products[l]);
  },
};

/**
 * The key holder's side. A root s of U opens it: whoever has s knows U's plaintext and randomness. So each product
 * passes the zero test before its root is taken; then s^n ≡ U mod n, which `nthRoots` verifies, implies the same
 * modulo n², because two n-th powers that agree modulo n are equal.
 *
 * The time grows with the number of ciphertexts, which an observer of the clock may learn.
 *
 * @throws PaillierError `unsuitable-key`; its `prove` throws `not-zero`, `computation-fault`, `wrong-key`
 */
export function zeroProver(secretKey: PaillierSecretKey): ZeroProver<PaillierCiphertext> {
  const { publicKey } = secretKey;
  const rootOf = nthRoots(secretKey);
  return {
    prove(ciphertexts, context) {
      const products = combinations(publicKey, ciphertexts, context);
      if (!products.every((value) => isZero(secretKey, { keyId: publicKey.keyId, value }))) {
        throw new PaillierError('not-zero', 'a ciphertext does not encrypt 0');
      }
      return encodeRoots(publicKey, products.map(rootOf));
    },
  };
}
