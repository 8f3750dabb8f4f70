import { concat, u32be } from '@tacit/core';
import { sha256 } from '@noble/hashes/sha2.js';

/** MGF1 with SHA-256 (RFC 8017, B.2.1): the first `length` bytes of H(seed ‖ 0) ‖ H(seed ‖ 1) ‖ …, counters u32be. */
export function mgf1(seed: Uint8Array, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / sha256.outputLen) }, (_, counter) =>
    sha256(concat(seed, u32be(counter))),
  );
  return concat(...blocks).subarray(0, length);
}
