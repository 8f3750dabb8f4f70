import { createDiffieHellman } from 'node:crypto';
import { modPow } from 'bigint-crypto-utils';
import { bitLength } from './integers';

/** base ≥ 0, exponent ≥ 0 ↦ base^exponent mod the modulus that the function was made for. */
export type Power = (base: bigint, exponent: bigint) => bigint;

/** What OpenSSL's Diffie–Hellman accepts; below, newer versions refuse, and BigInt is fast enough. */
const OPENSSL_BITS = { least: 512, most: 10_000 };

/** Powers modulo one number, through OpenSSL where it can and BigInt where not. */
export function powerModulo(modulus: bigint): Power {
  const bits = bitLength(modulus);
  const fits = modulus % 2n === 1n && bits >= OPENSSL_BITS.least && bits <= OPENSSL_BITS.most;
  return fits ? opensslPower(modulus) : bigintPower(modulus);
}

/** Not constant-time. */
export function bigintPower(modulus: bigint): Power {
  return (base, exponent) => modPow(base, exponent, modulus);
}

/**
 * OpenSSL's constant-time Montgomery exponentiation, reached as a Diffie–Hellman exchange: the shared secret of
 * private key e and public key b modulo m is b^e mod m, and nothing in it needs m to be prime.
 *
 * Diffie–Hellman refuses e = 0, the bases 0, 1, −1 and the results 0, 1, −1. The first four are answered here. A
 * refused result is found as b^(e+1), which is then 0, b or −b; so a result of 1 costs twice the time of another
 * and code with secrets asks for powers whose result is not 1 (see `isZero`).
 */
export function opensslPower(modulus: bigint): Power {
  const minusOne = modulus - 1n;
  // Made at first use: OpenSSL tests the modulus for primality, which costs about two powers.
  let exchange: ReturnType<typeof createDiffieHellman> | undefined;

  function sharedSecret(base: bigint, exponent: bigint): bigint | undefined {
    exchange ??= createDiffieHellman(toBuffer(modulus), 2);
    exchange.setPrivateKey(toBuffer(exponent));
    try {
      return BigInt(`0x${exchange.computeSecret(toBuffer(base)).toString('hex')}`);
    } catch (error) {
      if (isRefusedResult(error)) return undefined;
      throw error;
    }
  }

  return (unreduced, exponent) => {
    const base = unreduced % modulus;
    if (exponent === 0n) return 1n;
    if (base === 0n || base === 1n) return base;
    if (base === minusOne) return exponent % 2n === 0n ? 1n : minusOne;
    const result = sharedSecret(base, exponent);
    if (result !== undefined) return result;
    const next = sharedSecret(base, exponent + 1n);
    if (next === undefined) return 0n;
    return next === base ? 1n : minusOne;
  };
}

function isRefusedResult(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_CRYPTO_INVALID_KEYTYPE';
}

function toBuffer(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
