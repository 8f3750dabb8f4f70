import { bigintToBytes, bytesToBigint, concat, equalBytes, fromBase64url } from '@tacit/core';
import { decodeUnits } from './ciphertext';
import { isZero } from './decrypt';
import { PaillierError } from './errors';
import { fixedBasePower } from './fixed-base';
import { bitLength } from './integers';
import { allowsShortExponents } from './primes';
import { shortExponentBits, type NonceMethod } from './profiles';
import type { PaillierPublicKey } from './public-key';
import type { PaillierSecretKey, PrimeHalf } from './secret-key';

/** `length` uniform bytes that nobody can predict. */
export type RandomBytes = (length: number) => Uint8Array;

/**
 * r^n mod n²: the part of a ciphertext that hides the message. Whoever learns it reads that message; used twice,
 * it shows that two ciphertexts are related. So the value comes out once.
 */
export class NonceFactor {
  #value: bigint | undefined;

  constructor(
    readonly keyId: string,
    value: bigint,
  ) {
    this.#value = value;
  }

  /** @throws PaillierError `nonce-spent` the second time. */
  spend(): bigint {
    const value = this.#value;
    if (value === undefined) throw new PaillierError('nonce-spent', 'this nonce factor was used before');
    this.#value = undefined;
    return value;
  }
}

/**
 * Nonce factors for one key, made by its holder from p and q. Blocks: call it in a worker.
 *
 * The factors go out inside ciphertexts, so CRT faults are caught first: an element that is right modulo q² only
 * could betray q. Factors are right exactly when they lie in the group of n-th powers, and so does their product;
 * a single fault always leaves that group, and several cancel with probability about 1/p. So one zero test of the
 * product checks them all, recombination included, for the cost of one more factor.
 *
 * @throws PaillierError `unsuitable-key` for short exponents with a key that was not made for them;
 *   `computation-fault` when the check fails.
 */
export function makeNonceFactors(
  secretKey: PaillierSecretKey,
  count: number,
  method: NonceMethod,
  random: RandomBytes,
): NonceFactor[] {
  if (count === 0) return [];
  const draw =
    method === 'uniform' ? uniformFactors(secretKey, random) : shortExponentFactors(secretKey, random);
  const { keyId, modulusSquared } = secretKey.publicKey;
  const values = Array.from({ length: count }, draw);
  const product = values.reduce((whole, value) => (whole * value) % modulusSquared, 1n);
  if (!isZero(secretKey, { keyId, value: product })) {
    throw new PaillierError('computation-fault', 'nonce factors failed their check');
  }
  return values.map((value) => new NonceFactor(keyId, value));
}

/**
 * u_p^p mod p² and u_q^q mod q² for uniform units u_p mod p and u_q mod q, joined: u ↦ u^p maps the units mod p
 * one to one to the p-th powers mod p², so the result is uniform among the n-th powers mod n².
 */
function uniformFactors(secretKey: PaillierSecretKey, random: RandomBytes): () => bigint {
  return () => {
    const [p, q] = secretKey.inHalves((half) => uniformPower(half, random));
    return secretKey.joinModuloSquare(p, q);
  };
}

/**
 * h^n = −(x^n)² is drawn afresh for every batch and never leaves it. Modulo p², x^n for a uniform unit x is as
 * uniform among the p-th powers as u^p is, so it is drawn as u^p, which has half the exponent.
 */
function shortExponentFactors(secretKey: PaillierSecretKey, random: RandomBytes): () => bigint {
  if (!allowsShortExponents(secretKey.primes())) {
    throw new PaillierError('unsuitable-key', 'this key was not made for short exponents');
  }
  const exponentBits = shortExponentBits(secretKey.profile);
  const [powerP, powerQ] = secretKey.inHalves((half) => {
    const root = uniformPower(half, random);
    return fixedBasePower(half.square - ((root * root) % half.square), half.square, exponentBits);
  });
  return () => {
    const exponent = random(exponentBits / 8);
    return secretKey.joinModuloSquare(powerP(exponent), powerQ(exponent));
  };
}

/** u^p mod p² for a uniform unit u mod p. */
function uniformPower(half: PrimeHalf, random: RandomBytes): bigint {
  return half.power(uniformUnit(half.prime, random), half.prime);
}

/** Uniform in [1, prime), by rejection. */
function uniformUnit(prime: bigint, random: RandomBytes): bigint {
  const bits = bitLength(prime);
  const length = Math.ceil(bits / 8);
  for (;;) {
    const candidate = bytesToBigint(random(length)) >> BigInt(8 * length - bits);
    if (candidate > 0n && candidate < prime) return candidate;
  }
}

/**
 * keyId ‖ the factors, 2W bytes each. Spends them: from here on they are in the bytes. Secret: the caller
 * encrypts them at rest and decodes each byte string once.
 */
export function encodeNonceFactors(
  publicKey: PaillierPublicKey,
  factors: readonly NonceFactor[],
): Uint8Array {
  const values = factors.map((factor) => bigintToBytes(factor.spend(), publicKey.ciphertextLength));
  return concat(fromBase64url(publicKey.keyId), ...values);
}

/** @throws PaillierError `bad-nonce-factors` unless the bytes are `encodeNonceFactors` of this very key. */
export function decodeNonceFactors(publicKey: PaillierPublicKey, bytes: Uint8Array): NonceFactor[] {
  const keyId = fromBase64url(publicKey.keyId);
  const body = bytes.subarray(keyId.length);
  const count = Math.floor(body.length / publicKey.ciphertextLength);
  const values = equalBytes(bytes.subarray(0, keyId.length), keyId)
    ? decodeUnits(publicKey, body, count)
    : undefined;
  if (!values) throw new PaillierError('bad-nonce-factors', 'not nonce factors of this key');
  return values.map((value) => new NonceFactor(publicKey.keyId, value));
}
