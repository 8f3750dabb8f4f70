// Goldberg, Reyzin, Sagga, Baldimtsi: Efficient Noninteractive Certification of RSA Moduli and Beyond (ASIACRYPT
// 2019, eprint 2018/057), the proof of gcd(n, φ(n)) = 1.
import { bigintToBytes, bytesToBigint, transcriptHash, u64be, type KeyProofs } from '@tacit/core';
import { gcd } from 'bigint-crypto-utils';
import { bitLength } from './integers';
import { mgf1 } from './mgf1';
import { isShownComposite } from './miller-rabin';
import { powerModulo } from './powers';
import type { PaillierProfile } from './profiles';
import { ROOTS, SMALLEST_FACTOR } from './proof-parameters';
import type { PaillierPublicKey } from './public-key';
import { decodeRoots, encodeRoots, nthRoots, rootsLength } from './roots';
import type { PaillierSecretKey } from './secret-key';
import { hasFactorBelow } from './small-factors';

/** Bits of MGF1 beyond those of n: ρ_i is uniform modulo n up to 2^−128. */
const SURPLUS_BYTES = 16;

/**
 * Shows gcd(n, φ(n)) = 1 by the n-th roots σ_i of seven hash values: σ_i^n ≡ ρ_i mod n, i = 1 … 7.
 * @param context whose key this is; the same for prover and verifier
 * @throws PaillierError `unsuitable-key` for a key of which that is not true, `computation-fault`
 */
export function proveKey(secretKey: PaillierSecretKey, context: Uint8Array): Uint8Array {
  const { publicKey } = secretKey;
  return encodeRoots(publicKey, hashValues(publicKey, context).map(nthRoots(secretKey)));
}

/**
 * Verifies that n is odd, of exactly the profile's bits, composite, without a prime factor below 2^20, and that
 * gcd(n, φ(n)) = 1. The last makes n square-free and encryption a bijection (m, r) ↦ (1+n)^m·r^n, so that every
 * ciphertext has one plaintext and only those of zero are n-th powers.
 *
 * Soundness: if a prime ℓ divides both n and φ(n), at most 1/ℓ of the units modulo n are n-th powers, so each ρ_i
 * has a root with probability at most 2^−20, all seven 2^−140.
 *
 * That n is a product of exactly two primes is not shown, nor needed. Nor is it seen whether n shares a prime with
 * another key or has primes that lie close: the key holder avoids both, and whoever knows other keys takes gcds.
 */
export function keyProofs(profile: PaillierProfile): KeyProofs<PaillierPublicKey> {
  return {
    proofLength: rootsLength,
    verify(publicKey, context, proof) {
      const { modulus } = publicKey;
      if (publicKey.profile !== profile.name || bitLength(modulus) !== profile.modulusBits) return false;
      const roots = decodeRoots(publicKey, proof);
      if (!roots || modulus % 2n === 0n || hasFactorBelow(modulus, SMALLEST_FACTOR)) return false;
      const product = roots.reduce((whole, root) => (whole * root) % modulus, 1n);
      if (gcd(product, modulus) !== 1n) return false;
      const power = powerModulo(modulus);
      const values = hashValues(publicKey, context);
      return isShownComposite(modulus, power) && roots.every((root, i) => power(root, modulus) === values[i]);
    },
  };
}

/** ρ_i = MGF1(H("key-proof", profile, context, n, i), W + 16 bytes) mod n for i = 1 … 7. */
export function hashValues(publicKey: PaillierPublicKey, context: Uint8Array): bigint[] {
  const { modulus, profile, ciphertextLength } = publicKey;
  const length = ciphertextLength / 2;
  const n = bigintToBytes(modulus, length);
  return Array.from({ length: ROOTS }, (_, l) => {
    const seed = transcriptHash('key-proof', profile, context, n, u64be(l + 1));
    return bytesToBigint(mgf1(seed, length + SURPLUS_BYTES)) % modulus;
  });
}
