import { fromHex } from '@tacit/core';

/** An element as its one canonical encoding (RFC 9496, section 4.3.2), 32 bytes. Equal elements are equal bytes. */
export type Element = Uint8Array;
/** An integer in [0, L) as 32 bytes, little-endian. */
export type Scalar = Uint8Array;

export const ELEMENT_LENGTH = 32;
export const SCALAR_LENGTH = 32;

/** L, the prime order of the group. */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The neutral element. */
export const IDENTITY: Element = new Uint8Array(ELEMENT_LENGTH);

/** G (RFC 9496, section 4). */
export const BASE: Element = fromHex('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76');

/**
 * ristretto255. Elements and scalars that go in have been decoded before: implementations may throw anything for
 * bytes that are not canonical.
 */
export interface Group {
  /** Whether the bytes are the canonical encoding of an element; the identity is one. */
  isElement(bytes: Uint8Array): boolean;
  /** p + q */
  add(p: Element, q: Element): Element;
  /** p − q */
  subtract(p: Element, q: Element): Element;
  /** n·G. n may be secret. */
  multiplyBase(n: Scalar): Element;
  /** n·p. n may be secret. */
  multiply(n: Scalar, p: Element): Element;
  /** a + b mod L */
  addScalars(a: Scalar, b: Scalar): Scalar;
  /** a − b mod L */
  subtractScalars(a: Scalar, b: Scalar): Scalar;
  /** a·b mod L */
  multiplyScalars(a: Scalar, b: Scalar): Scalar;
  /** 64 little-endian bytes mod L; uniform bytes give a scalar that is uniform to within 2^−259. */
  reduceScalar(wide: Uint8Array): Scalar;
}
