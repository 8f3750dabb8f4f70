import { concat, equalBytes, u64be, type ZeroProofs, type ZeroProver } from '@tacit/core';
import { challenge, CHALLENGE_LENGTH, proofNonces, statementHash } from './challenge';
import type { RistrettoCiphertext } from './ciphertext';
import { RistrettoError } from './errors';
import { IDENTITY, SCALAR_LENGTH, type Element, type Group, type Scalar } from './group';
import type { RistrettoPublicKey } from './public-key';
import { isScalar, shortScalar, type RandomBytes } from './scalars';
import type { RistrettoSecretKey } from './secret-key';

/** e ‖ z */
const PROOF_LENGTH = CHALLENGE_LENGTH + SCALAR_LENGTH;

/** (A*, B*) = Σ t_i·(A_i, B_i) with 128-bit weights t_i that nobody can know before the ciphertexts are fixed. */
interface Combination {
  readonly statement: Uint8Array;
  readonly a: Element;
  readonly b: Element;
}

/**
 * All (A_i, B_i) encrypt 0 ⇔ B_i = s·A_i. One proof by Chaum and Pedersen that log_G P = log_A* B* shows it but for
 * 2^−128: e = H(statement, A*, B*, U, V) over the first messages U = t·G, V = t·A*, and z = t + e·s. It is sent as
 * e ‖ z; the verifier computes U = z·G − e·P and V = z·A* − e·B*.
 */
export function zeroProofs(group: Group): ZeroProofs<RistrettoPublicKey, RistrettoCiphertext> {
  return {
    proofLength: () => PROOF_LENGTH,
    verify(publicKey, ciphertexts, context, proof) {
      const combination = combine(group, publicKey, ciphertexts, context);
      return holds(group, publicKey, combination, proof);
    },
  };
}

/**
 * @param random 32 bytes for each proof. Its `prove` throws RistrettoError `not-zero`, `wrong-key`,
 *   `bad-statement`, and `computation-fault` for a proof that does not hold.
 */
export function zeroProver(
  secretKey: RistrettoSecretKey,
  random: RandomBytes,
): ZeroProver<RistrettoCiphertext> {
  const { group, publicKey } = secretKey;
  return {
    prove(ciphertexts, context) {
      const combination = combine(group, publicKey, ciphertexts, context);
      const { statement, a, b } = combination;
      if (!equalBytes(secretKey.multiply(a), b)) {
        throw new RistrettoError('not-zero', 'not all of these ciphertexts encrypt 0');
      }
      const t = proofNonces(secretKey, statement, random).scalar();
      const e = challengeOf(combination, group.multiplyBase(t), group.multiply(t, a));
      const proof = concat(e, group.addScalars(t, secretKey.multiplyScalar(shortScalar(e))));
      if (!holds(group, publicKey, combination, proof)) {
        throw new RistrettoError('computation-fault', 'a proof failed its check');
      }
      return proof;
    },
  };
}

function combine(
  group: Group,
  publicKey: RistrettoPublicKey,
  ciphertexts: readonly RistrettoCiphertext[],
  context: Uint8Array,
): Combination {
  const statement = statementHash('zeros', publicKey, context, ciphertexts);
  let [a, b] = [IDENTITY, IDENTITY];
  for (const [i, ciphertext] of ciphertexts.entries()) {
    const weight: Scalar = shortScalar(challenge('zeros-weight', statement, u64be(i)));
    a = group.add(a, group.multiply(weight, ciphertext.a));
    b = group.add(b, group.multiply(weight, ciphertext.b));
  }
  return { statement, a, b };
}

function holds(
  group: Group,
  { point }: RistrettoPublicKey,
  combination: Combination,
  proof: Uint8Array,
): boolean {
  const e = proof.subarray(0, CHALLENGE_LENGTH);
  const z = proof.subarray(CHALLENGE_LENGTH);
  if (!isScalar(z)) return false;
  const minus = (p: Element): Element => group.multiply(shortScalar(e), p);
  const u = group.subtract(group.multiplyBase(z), minus(point));
  const v = group.subtract(group.multiply(z, combination.a), minus(combination.b));
  return equalBytes(challengeOf(combination, u, v), e);
}

function challengeOf({ statement, a, b }: Combination, u: Element, v: Element): Uint8Array {
  return challenge('zeros-challenge', statement, a, b, u, v);
}
