import type { BitProver } from '@tacit/core';
import {
  bitsClaim,
  digitsChallenge,
  encodeDigitProofs,
  otherChallenge,
  xorClaim,
  type DigitClaim,
  type DigitProof,
} from './bit-proofs';
import { proofNonces, type ProofNonces } from './challenge';
import type { RistrettoCiphertext } from './ciphertext';
import { RistrettoError } from './errors';
import type { Element, Scalar } from './group';
import { choose, shortScalar, smallScalar, type RandomBytes } from './scalars';
import type { RistrettoSecretKey } from './secret-key';

/** How a ciphertext was made: r, and the digit that it encrypts. */
export interface Opening {
  readonly nonce: Scalar;
  readonly digit: number;
}

/**
 * Proofs of digits whose openings are known. Only r is the witness, never s: a nonce of a proof that became known
 * would give away that digit and not the key. Which branch is true changes neither the operations nor their order.
 *
 * @param openingOf undefined for a ciphertext that was not encrypted here. The prover's functions then throw
 *   RistrettoError `not-encrypted-here`; for a sum x + y + w that is not 0 or 2 `bad-statement`.
 */
export function bitProver(
  secretKey: RistrettoSecretKey,
  openingOf: (ciphertext: RistrettoCiphertext) => Opening | undefined,
  random: RandomBytes,
): BitProver<RistrettoCiphertext> {
  const { group, publicKey } = secretKey;
  const open = (ciphertext: RistrettoCiphertext): Opening => {
    const opening = openingOf(ciphertext);
    if (!opening) throw new RistrettoError('not-encrypted-here', 'the opening of a ciphertext is not known');
    return opening;
  };
  const openSum = (ciphertexts: readonly RistrettoCiphertext[]): Opening =>
    ciphertexts.map(open).reduce((sum, opening) => ({
      nonce: group.addScalars(sum.nonce, opening.nonce),
      digit: sum.digit + opening.digit,
    }));
  return {
    proveBits(ciphertexts, context) {
      const claim = bitsClaim(publicKey, ciphertexts, context);
      return prove(secretKey, claim, ciphertexts.map(open), random);
    },
    proveXor({ x, y, w }, context) {
      const claim = xorClaim(group, publicKey, { x, y, w }, context);
      const openings = x.map((xi, i) => openSum([xi, y[i] ?? xi, w[i] ?? xi]));
      return prove(secretKey, claim, openings, random);
    },
  };
}

function prove(
  secretKey: RistrettoSecretKey,
  claim: DigitClaim,
  openings: readonly Opening[],
  random: RandomBytes,
): Uint8Array {
  // A search among the values would end earlier for the first of them; a product is 0 for both alike.
  const misses = openings.map(({ digit }) => digit * (digit - claim.values[1]));
  if (misses.some((product) => product !== 0)) {
    throw new RistrettoError('bad-statement', 'a digit does not have one of its two values');
  }
  const nonces = proofNonces(secretKey, claim.statement, random);
  const begun = openings.map((opening) => begin(secretKey, claim, opening, nonces));
  const e = digitsChallenge(
    claim,
    begun.flatMap(({ firstMessages }) => firstMessages),
  );
  return encodeDigitProofs(
    e,
    begun.map(({ finish }) => finish(e)),
  );
}

/**
 * First messages U_0, V_0, U_1, V_1 and the way to the responses. As r and s are known, each is a multiple of G; for
 * the true branch U = t·G, V = t·P, for the other z·G − e·A and z·P − e·(B − v·G) with e and z drawn.
 */
function begin(
  secretKey: RistrettoSecretKey,
  { values }: DigitClaim,
  { nonce, digit }: Opening,
  nonces: ProofNonces,
): { readonly firstMessages: Element[]; readonly finish: (e: Uint8Array) => DigitProof } {
  const { group } = secretKey;
  const minusProduct = (z: Scalar, e: Scalar, n: Scalar): Scalar =>
    group.subtractScalars(z, group.multiplyScalars(e, n));
  const [t, z, short] = [nonces.scalar(), nonces.scalar(), nonces.short()];
  const e = shortScalar(short);
  /** log_G of B */
  const b = group.addScalars(smallScalar(digit), secretKey.multiplyScalar(nonce));
  // 1 if the second value is the true one; the values are 0 and 1, or 0 and 2.
  const second = digit >> (values[1] >> 1);
  const isTrue = [second ^ 1, second] as const;

  const firstMessages = ([0, 1] as const).flatMap((j) => {
    const branch = group.subtractScalars(b, smallScalar(values[j]));
    const u = choose(isTrue[j], t, minusProduct(z, e, nonce));
    const v = choose(
      isTrue[j],
      secretKey.multiplyScalar(t),
      minusProduct(secretKey.multiplyScalar(z), e, branch),
    );
    return [group.multiplyBase(u), group.multiplyBase(v)];
  });
  const finish = (whole: Uint8Array): DigitProof => {
    const rest = otherChallenge(whole, short);
    const response = group.addScalars(t, group.multiplyScalars(shortScalar(rest), nonce));
    return {
      challenges: [choose(isTrue[0], rest, short), choose(isTrue[1], rest, short)],
      responses: [choose(isTrue[0], response, z), choose(isTrue[1], response, z)],
    };
  };
  return { firstMessages, finish };
}
