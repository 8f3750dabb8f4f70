import { concat, transcriptHash, u64be, type TranscriptField } from '@tacit/core';
import { encodeCiphertexts, type RistrettoCiphertext } from './ciphertext';
import { RistrettoError } from './errors';
import { type Group, type Scalar } from './group';
import { requireSameKey, RISTRETTO_PROFILE, type RistrettoPublicKey } from './public-key';
import { type RandomBytes } from './scalars';
import type { RistrettoSecretKey } from './secret-key';

/** Challenges and weights have 128 bits: 2^−128 is what a false statement has. */
export const CHALLENGE_LENGTH = 16;

/** The first 128 bits of H(label, f…). */
export function challenge(label: string, ...fields: readonly TranscriptField[]): Uint8Array {
  return transcriptHash(label, ...fields).subarray(0, CHALLENGE_LENGTH);
}

/**
 * H("statement", name, profile, P, context, number of ciphertexts, their bytes): all that a proof is about. Every
 * challenge and every weight depends on it.
 * @throws RistrettoError `bad-statement` for no ciphertexts, `wrong-key`.
 */
export function statementHash(
  name: string,
  publicKey: RistrettoPublicKey,
  context: Uint8Array,
  ciphertexts: readonly RistrettoCiphertext[],
): Uint8Array {
  if (ciphertexts.length === 0) throw new RistrettoError('bad-statement', 'a proof about nothing');
  for (const ciphertext of ciphertexts) requireSameKey(publicKey, ciphertext);
  const bytes = encodeCiphertexts(ciphertexts);
  const count = u64be(ciphertexts.length);
  return transcriptHash('statement', name, RISTRETTO_PROFILE, publicKey.point, context, count, bytes);
}

/** The randomness of one proof, value by value. */
export interface ProofNonces {
  /** Uniform below L. */
  scalar(): Scalar;
  /** 128 uniform bits. */
  short(): Uint8Array;
}

/**
 * Hedged: derived from the secret key, the statement and 32 fresh random bytes. If the random bytes repeat, another
 * statement still has other nonces and the same one gets the same proof; if the derivation is disturbed, the random
 * bytes still differ. A nonce that serves two challenges would give the secret away.
 */
export function proofNonces(
  secretKey: RistrettoSecretKey,
  statement: Uint8Array,
  random: RandomBytes,
): ProofNonces {
  const { group } = secretKey;
  const seed = secretKey.derive('proof-nonces', statement, random(32));
  let count = 0;
  const next = (): Uint8Array => transcriptHash('proof-nonce', seed, u64be(count++));
  return { scalar: () => wideScalar(group, next), short: () => next().subarray(0, CHALLENGE_LENGTH) };
}

function wideScalar(group: Group, next: () => Uint8Array): Scalar {
  const low = next();
  return group.reduceScalar(concat(low, next()));
}
