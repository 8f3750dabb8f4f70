import { bigintToBytes, bytesToBigint, concat } from '@tacit/core';
import { modInv } from 'bigint-crypto-utils';
import { PaillierError } from './errors';
import { bitLength, inverseModuloSquare } from './integers';
import { powerModulo, type Power } from './powers';
import { generatePrimePair, type PrimePair } from './primes';
import { primeLength, type NonceMethod, type PaillierProfile } from './profiles';
import { publicKeyOf, type PaillierPublicKey } from './public-key';

/** One prime ℓ of the key and arithmetic modulo ℓ². */
export interface PrimeHalf {
  readonly prime: bigint;
  readonly square: bigint;
  /** Powers modulo ℓ², constant-time at the sizes in use. */
  readonly power: Power;
}

/**
 * p and q. The private fields keep it out of logs and JSON. It does not survive a structured clone: it crosses
 * threads and is stored as the bytes of `encodeSecretKey`.
 */
export class PaillierSecretKey {
  readonly publicKey: PaillierPublicKey;
  readonly #primes: PrimePair;
  readonly #halves: readonly [PrimeHalf, PrimeHalf];
  /** q^−1 mod p and q^−2 mod p². */
  readonly #inverses: readonly [bigint, bigint];

  constructor(
    readonly profile: PaillierProfile,
    publicKey: PaillierPublicKey,
    primes: PrimePair,
  ) {
    this.publicKey = publicKey;
    this.#primes = primes;
    const halves = [halfOf(primes.p), halfOf(primes.q)] as const;
    this.#halves = halves;
    this.#inverses = [
      modInv(primes.q, primes.p),
      inverseModuloSquare(halves[1].square, primes.p, halves[0].square),
    ];
  }

  primes(): PrimePair {
    return this.#primes;
  }

  /** The same work modulo p² and modulo q². */
  inHalves<T>(work: (half: PrimeHalf) => T): [T, T] {
    const [p, q] = this.#halves;
    return [work(p), work(q)];
  }

  /** x mod p, x mod q ↦ x mod n. */
  joinModulo(xp: bigint, xq: bigint): bigint {
    const { p, q } = this.#primes;
    return xq + q * remainder((xp - xq) * this.#inverses[0], p);
  }

  /** x mod p², x mod q² ↦ x mod n². */
  joinModuloSquare(xp: bigint, xq: bigint): bigint {
    const [p, q] = this.#halves;
    return xq + q.square * remainder((xp - xq) * this.#inverses[1], p.square);
  }
}

export interface PaillierKeyPair {
  readonly publicKey: PaillierPublicKey;
  readonly secretKey: PaillierSecretKey;
}

/**
 * A key pair whose n has exactly the profile's bits. Blocks for seconds at the real sizes: call it in a worker.
 * @param method how its nonce factors will be made; a key for short exponents takes three times as long.
 */
export function keygen(profile: PaillierProfile, method: NonceMethod = 'uniform'): PaillierKeyPair {
  const primes = generatePrimePair(profile.modulusBits, method === 'short-exponent');
  const publicKey = publicKeyOf(profile, primes.p * primes.q);
  return { publicKey, secretKey: new PaillierSecretKey(profile, publicKey, primes) };
}

/** p ‖ q, big-endian, equally long. Secret: the caller encrypts it at rest. */
export function encodeSecretKey(secretKey: PaillierSecretKey): Uint8Array {
  const { p, q } = secretKey.primes();
  const length = primeLength(secretKey.profile);
  return concat(bigintToBytes(p, length), bigintToBytes(q, length));
}

/** @throws PaillierError `bad-secret-key` unless the bytes are two numbers of half the bits with p·q = n. */
export function decodeSecretKey(
  profile: PaillierProfile,
  publicKey: PaillierPublicKey,
  bytes: Uint8Array,
): PaillierSecretKey {
  const length = primeLength(profile);
  const p = bytesToBigint(bytes.subarray(0, length));
  const q = bytesToBigint(bytes.subarray(length));
  const exact = [p, q].every((prime) => bitLength(prime) === profile.modulusBits / 2);
  if (bytes.length !== 2 * length || !exact || p === q || p * q !== publicKey.modulus) {
    throw new PaillierError('bad-secret-key', 'not the factors of this key');
  }
  return new PaillierSecretKey(profile, publicKey, { p, q });
}

function halfOf(prime: bigint): PrimeHalf {
  const square = prime * prime;
  return { prime, square, power: powerModulo(square) };
}

function remainder(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}
