import { bigintToBytes, bytesToBigint, concat } from '@tacit/core';
import { modInv } from 'bigint-crypto-utils';
import { PaillierError } from './errors';
import { powerModulo } from './powers';
import { ROOTS } from './proof-parameters';
import type { PaillierPublicKey } from './public-key';
import type { PaillierSecretKey } from './secret-key';

/**
 * value ↦ the one r in [1, n) with r^n ≡ value mod n, for a unit; exists for every one because gcd(n, φ(n)) = 1.
 *
 * Modulo p, r = value^(n^−1 mod p−1); the same modulo q; joined by CRT. A root that is right modulo q and wrong
 * modulo p would give q away as gcd(r^n − value, n), so each is held against its equation modulo n, with nothing but
 * n, before it is returned (Boneh, DeMillo, Lipton, EUROCRYPT 97).
 *
 * Only for values that this company chose or computed: the root of a ciphertext is its decryption.
 *
 * @throws PaillierError `unsuitable-key` when n has no inverse modulo p−1 or q−1; the function it returns throws
 *   `computation-fault`.
 */
export function nthRoots(secretKey: PaillierSecretKey): (value: bigint) => bigint {
  const { modulus } = secretKey.publicKey;
  const halves = secretKey.inHalves(({ prime }) => {
    const [exponent, power] = [inverseOf(modulus, prime - 1n), powerModulo(prime)];
    return (value: bigint): bigint => power(value % prime, exponent);
  });
  const power = powerModulo(modulus);
  return (value) => {
    const root = secretKey.joinModulo(halves[0](value), halves[1](value));
    if (power(root, modulus) !== value % modulus) {
      throw new PaillierError('computation-fault', 'an n-th root failed its check');
    }
    return root;
  };
}

/** Length of a proof made of n-th roots: 7W bytes. */
export function rootsLength({ ciphertextLength }: PaillierPublicKey): number {
  return (ROOTS * ciphertextLength) / 2;
}

/** W big-endian bytes each. */
export function encodeRoots({ ciphertextLength }: PaillierPublicKey, roots: readonly bigint[]): Uint8Array {
  return concat(...roots.map((root) => bigintToBytes(root, ciphertextLength / 2)));
}

/** @returns undefined for any other length than seven roots, or a value outside (0, n). */
export function decodeRoots(publicKey: PaillierPublicKey, bytes: Uint8Array): bigint[] | undefined {
  if (bytes.length !== rootsLength(publicKey)) return undefined;
  const length = publicKey.ciphertextLength / 2;
  const roots = Array.from({ length: ROOTS }, (_, l) =>
    bytesToBigint(bytes.subarray(l * length, (l + 1) * length)),
  );
  return roots.every((root) => root > 0n && root < publicKey.modulus) ? roots : undefined;
}

function inverseOf(value: bigint, modulus: bigint): bigint {
  try {
    return modInv(value, modulus);
  } catch {
    throw new PaillierError('unsuitable-key', 'n is not prime to φ(n)');
  }
}
