import { modInv } from 'bigint-crypto-utils';

export function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return value === 0n ? 0 : 4 * (hex.length - 1) + (32 - Math.clz32(parseInt(hex.charAt(0), 16)));
}

/** x^−1 mod m², from the inverse y mod m by one Newton step: y·(2 − x·y). A quarter of the cost of inverting mod m². */
export function inverseModuloSquare(value: bigint, root: bigint, square: bigint): bigint {
  const approximate = modInv(value % root, root);
  const inverse = (approximate * (2n - ((value * approximate) % square))) % square;
  return inverse < 0n ? inverse + square : inverse;
}
