import type { BitProofs, SchemeProofs } from '@tacit/core';
import { bitProofs } from './bit-proofs';
import type { RistrettoCiphertext } from './ciphertext';
import type { Group } from './group';
import type { RistrettoPublicKey } from './public-key';
import { zeroProofs } from './zero-proofs';

export interface RistrettoProofs extends SchemeProofs<RistrettoPublicKey, RistrettoCiphertext> {
  readonly bits: BitProofs<RistrettoPublicKey, RistrettoCiphertext>;
}

/** The verifier's side (`protocol.md`, section 5). No key proofs: every key is sound. */
export function ristrettoProofs(group: Group): RistrettoProofs {
  return { zeros: zeroProofs(group), bits: bitProofs(group) };
}
