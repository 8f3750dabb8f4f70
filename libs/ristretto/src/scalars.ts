import { bigintToBytes, bytesToBigint } from '@tacit/core';
import { ORDER, SCALAR_LENGTH, type Group, type Scalar } from './group';

/** `length` uniform bytes that nobody can predict. */
export type RandomBytes = (length: number) => Uint8Array;

/** Bytes in front of a scalar's reduction modulo L. */
export const WIDE_LENGTH = 64;

/** Whether all bytes are 0: the scalar 0, or the identity. Takes the same time for all bytes of one length. */
export function isZero(bytes: Uint8Array): boolean {
  let any = 0;
  for (const byte of bytes) any |= byte;
  return any === 0;
}

/** m mod L, for any public integer m. */
export function scalarOf(m: bigint): Scalar {
  const least = ((m % ORDER) + ORDER) % ORDER;
  return bigintToBytes(least, SCALAR_LENGTH).reverse();
}

/** n in [0, 256), which may be secret. */
export function smallScalar(n: number): Scalar {
  const scalar = new Uint8Array(SCALAR_LENGTH);
  scalar[0] = n;
  return scalar;
}

/** An integer of 128 bits, 16 bytes little-endian, as a scalar. */
export function shortScalar(bytes: Uint8Array): Scalar {
  const scalar = new Uint8Array(SCALAR_LENGTH);
  scalar.set(bytes);
  return scalar;
}

/** `yes` if the bit is 1, else `no`, of equal lengths; the bit changes neither branch nor address. */
export function choose(bit: number, yes: Uint8Array, no: Uint8Array): Uint8Array {
  return yes.map((byte, i) => (no[i] ?? 0) ^ (((no[i] ?? 0) ^ byte) & -bit));
}

/** Whether public bytes are a scalar: 32 bytes, little-endian, below L. */
export function isScalar(bytes: Uint8Array): boolean {
  return bytes.length === SCALAR_LENGTH && bytesToBigint(Uint8Array.from(bytes).reverse()) < ORDER;
}

/** Uniform in [1, L), by reduction of 64 bytes. */
export function drawScalar(group: Group, random: RandomBytes): Scalar {
  for (;;) {
    const scalar = group.reduceScalar(random(WIDE_LENGTH));
    if (!isZero(scalar)) return scalar;
  }
}
