import { ristretto255 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { ORDER, SCALAR_LENGTH, type Group, type Scalar } from './group';

const { Point } = ristretto255;
type NoblePoint = ReturnType<typeof Point.fromBytes>;

/** @noble/curves: BigInt, slower and not constant-time. The reference that `sodiumGroup` is held against. */
export const nobleGroup: Group = {
  isElement(bytes) {
    try {
      Point.fromBytes(bytes);
      return true;
    } catch {
      return false;
    }
  },
  add: (p, q) => Point.fromBytes(p).add(Point.fromBytes(q)).toBytes(),
  subtract: (p, q) => Point.fromBytes(p).subtract(Point.fromBytes(q)).toBytes(),
  multiplyBase: (n) => product(Point.BASE, n),
  multiply: (n, p) => product(Point.fromBytes(p), n),
  addScalars: (a, b) => scalar(bytesToNumberLE(a) + bytesToNumberLE(b)),
  subtractScalars: (a, b) => scalar(bytesToNumberLE(a) - bytesToNumberLE(b) + ORDER),
  multiplyScalars: (a, b) => scalar(bytesToNumberLE(a) * bytesToNumberLE(b)),
  reduceScalar: (wide) => scalar(bytesToNumberLE(wide)),
};

/** `multiply` takes no zero. */
function product(point: NoblePoint, n: Scalar): Uint8Array {
  const factor = bytesToNumberLE(n);
  return (factor === 0n ? Point.ZERO : point.multiply(factor)).toBytes();
}

function scalar(value: bigint): Scalar {
  return numberToBytesLE(value % ORDER, SCALAR_LENGTH);
}
