import { createDiffieHellman } from 'node:crypto';
import { modPow } from 'bigint-crypto-utils';
import { bitLength } from './integers';

/** base ≥ 0, exponent ≥ 0 ↦ base^exponent mod the modulus that the function was made for. */
export type Power = (base: bigint, exponent: bigint) => bigint;

/** OpenSSL's Diffie–Hellman takes moduli from 512 to 10,000 bits; some room is left for a cofactor. */
const OPENSSL_BITS = { least: 512, most: 9_216 };

/** At 6144 bits the exchange modulo m alone costs 67 ms to make and saves 5 ms a power. */
const FEW_POWERS = 12;

/** Powers modulo one number, through OpenSSL where it can and BigInt where not. */
export function powerModulo(modulus: bigint): Power {
  return fitsOpenssl(modulus) ? opensslPower(modulus) : bigintPower(modulus);
}

/** Whether OpenSSL can take powers modulo this number. */
export function fitsOpenssl(modulus: bigint): boolean {
  const bits = bitLength(modulus);
  return modulus % 2n === 1n && bits >= OPENSSL_BITS.least && bits <= OPENSSL_BITS.most;
}

/** Not constant-time. */
export function bigintPower(modulus: bigint): Power {
  return (base, exponent) => modPow(base, exponent, modulus);
}

/**
 * OpenSSL's constant-time Montgomery exponentiation, reached as a Diffie–Hellman exchange: the shared secret of
 * private key e and public key b modulo m is b^e mod m, and nothing in it needs m to be prime.
 *
 * Diffie–Hellman refuses e = 0, the bases 0, 1, −1 and the results 0, 1, −1. Then BigInt computes the power, in
 * another time: code with secrets asks for powers that cannot be 1 but by rare chance (see `isZero`).
 *
 * Node lets OpenSSL test every modulus for primality first, which costs two powers. The first few powers are
 * therefore taken modulo m·cofactor, where the test ends at the factor 3, for 15 % more time each.
 */
export function opensslPower(modulus: bigint): Power {
  let uses = 0;
  let sharedSecret = exchangeModulo(modulus * cofactorOf(modulus));

  return (unreduced, exponent) => {
    const base = unreduced % modulus;
    if (exponent === 0n || base <= 1n || base === modulus - 1n) return modPow(base, exponent, modulus);
    if (++uses === FEW_POWERS) sharedSecret = exchangeModulo(modulus);
    const result = sharedSecret(base, exponent);
    return result === undefined ? modPow(base, exponent, modulus) : result % modulus;
  };
}

type SharedSecret = (base: bigint, exponent: bigint) => bigint | undefined;

/** @returns a function that gives undefined where Diffie–Hellman refuses the result. */
function exchangeModulo(modulus: bigint): SharedSecret {
  const exchange = createDiffieHellman(toBuffer(modulus), 2);
  return (base, exponent) => {
    exchange.setPrivateKey(toBuffer(exponent));
    try {
      return BigInt(`0x${exchange.computeSecret(toBuffer(base)).toString('hex')}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_CRYPTO_INVALID_KEYTYPE') return undefined;
      throw error;
    }
  };
}

/** An odd multiple of 3 that fills m up to a multiple of 512 bits, for which OpenSSL has its fastest code. */
function cofactorOf(modulus: bigint): bigint {
  const bits = bitLength(modulus);
  const filled = 512 * Math.ceil((bits + 4) / 512);
  return 3n * ((1n << BigInt(filled - bits - 3)) + 1n);
}

function toBuffer(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
