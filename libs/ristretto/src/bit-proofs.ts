import { concat, equalBytes, type BitProofs } from '@tacit/core';
import { challenge, CHALLENGE_LENGTH, statementHash } from './challenge';
import { addCiphertexts, type RistrettoCiphertext } from './ciphertext';
import { RistrettoError } from './errors';
import { SCALAR_LENGTH, type Element, type Group, type Scalar } from './group';
import type { RistrettoPublicKey } from './public-key';
import { isScalar, shortScalar, smallScalar } from './scalars';

/*
 * "The digit is v_0 or v_1", for each of a list of ciphertexts (A, B), by Cramer, Damgård and Schoenmakers
 * (CRYPTO 94). The branch j says that log_G A = log_P (B − v_j·G), by Chaum and Pedersen; the prover knows r for one
 * of them and simulates the other, whose challenge he chooses. With first messages
 *   U_j = z_j·G − e_j·A     V_j = z_j·P − e_j·(B − v_j·G)
 * the challenge of the whole list is e = H(statement, all U_j and V_j), and e_0 ⊕ e_1 = e for each digit.
 * Compact form: e, then for each digit e_0 ‖ z_0 ‖ z_1; the verifier computes the first messages.
 */

/** e_0 ‖ z_0 ‖ z_1 */
const DIGIT_LENGTH = CHALLENGE_LENGTH + 2 * SCALAR_LENGTH;

/** The values that a digit may have. */
export interface DigitStatement {
  readonly name: 'bits' | 'xor';
  readonly values: readonly [0, number];
}

export const BITS: DigitStatement = { name: 'bits', values: [0, 1] };
/** x + y + w; for bits the sum is 0 or 2 exactly when w = x ⊕ y. */
export const XOR: DigitStatement = { name: 'xor', values: [0, 2] };

/** The vectors of one statement about x + y + w. */
export interface DigitVectors {
  readonly x: readonly RistrettoCiphertext[];
  readonly y: readonly RistrettoCiphertext[];
  readonly w: readonly RistrettoCiphertext[];
}

/** What a proof is about: its transcript hash, and the ciphertexts of the digits. */
export interface DigitClaim extends DigitStatement {
  readonly statement: Uint8Array;
  readonly digits: readonly RistrettoCiphertext[];
}

/** The two branches of one digit as they are proven. */
export interface DigitProof {
  readonly challenges: readonly [Uint8Array, Uint8Array];
  readonly responses: readonly [Scalar, Scalar];
}

export function bitProofs(group: Group): BitProofs<RistrettoPublicKey, RistrettoCiphertext> {
  return {
    proofLength: (_, digits) => CHALLENGE_LENGTH + digits * DIGIT_LENGTH,
    verifyBits: (publicKey, ciphertexts, context, proof) =>
      holds(group, publicKey, bitsClaim(publicKey, ciphertexts, context), proof),
    verifyXor: (publicKey, digits, context, proof) =>
      holds(group, publicKey, xorClaim(group, publicKey, digits, context), proof),
  };
}

export function bitsClaim(
  publicKey: RistrettoPublicKey,
  digits: readonly RistrettoCiphertext[],
  context: Uint8Array,
): DigitClaim {
  return { ...BITS, statement: statementHash(BITS.name, publicKey, context, digits), digits };
}

/** @throws RistrettoError `bad-statement` for vectors of different or no length, `wrong-key`. */
export function xorClaim(
  group: Group,
  publicKey: RistrettoPublicKey,
  { x, y, w }: DigitVectors,
  context: Uint8Array,
): DigitClaim {
  const statement = statementHash(XOR.name, publicKey, context, [...x, ...y, ...w]);
  const digits = x.map((xi, i) => {
    const [yi, wi] = [y[i], w[i]];
    if (!yi || !wi || y.length !== x.length || w.length !== x.length) throw differentLengths();
    return addCiphertexts(group, publicKey, addCiphertexts(group, publicKey, xi, yi), wi);
  });
  if (digits.length === 0) throw differentLengths();
  return { ...XOR, statement, digits };
}

/** H(statement, first messages), 128 bits. */
export function digitsChallenge(claim: DigitClaim, firstMessages: readonly Element[]): Uint8Array {
  return challenge('digits-challenge', claim.statement, concat(...firstMessages));
}

export function encodeDigitProofs(e: Uint8Array, proofs: readonly DigitProof[]): Uint8Array {
  return concat(
    e,
    ...proofs.flatMap(({ challenges, responses }) => [challenges[0], responses[0], responses[1]]),
  );
}

/** e_0 ⊕ e_1 = e */
export function otherChallenge(e: Uint8Array, one: Uint8Array): Uint8Array {
  return e.map((byte, i) => byte ^ (one[i] ?? 0));
}

/** @returns undefined for another length, or a response that is not below L. */
function decodeDigitProofs(proof: Uint8Array, digits: number): DigitProof[] | undefined {
  if (proof.length !== CHALLENGE_LENGTH + digits * DIGIT_LENGTH) return undefined;
  const e = proof.subarray(0, CHALLENGE_LENGTH);
  const proofs = Array.from({ length: digits }, (_, i): DigitProof => {
    const digit = proof.subarray(CHALLENGE_LENGTH + i * DIGIT_LENGTH);
    const first = digit.subarray(0, CHALLENGE_LENGTH);
    const z = (j: number): Scalar =>
      digit.slice(CHALLENGE_LENGTH + j * SCALAR_LENGTH, CHALLENGE_LENGTH + (j + 1) * SCALAR_LENGTH);
    return { challenges: [first, otherChallenge(e, first)], responses: [z(0), z(1)] };
  });
  return proofs.every(({ responses }) => responses.every(isScalar)) ? proofs : undefined;
}

function holds(group: Group, publicKey: RistrettoPublicKey, claim: DigitClaim, proof: Uint8Array): boolean {
  const proofs = decodeDigitProofs(proof, claim.digits.length);
  if (!proofs) return false;
  const { values } = claim;
  const firstMessages = claim.digits.flatMap((digit, i) => {
    const { challenges, responses } = proofs[i] as DigitProof;
    return ([0, 1] as const).flatMap((j) => {
      const branch = shiftedElement(group, digit.b, values[j]);
      const e = shortScalar(challenges[j]);
      return [
        group.subtract(group.multiplyBase(responses[j]), group.multiply(e, digit.a)),
        group.subtract(group.multiply(responses[j], publicKey.point), group.multiply(e, branch)),
      ];
    });
  });
  return equalBytes(digitsChallenge(claim, firstMessages), proof.subarray(0, CHALLENGE_LENGTH));
}

/** B − v·G */
function shiftedElement(group: Group, b: Element, v: number): Element {
  return v === 0 ? b : group.subtract(b, group.multiplyBase(smallScalar(v)));
}

function differentLengths(): RistrettoError {
  return new RistrettoError('bad-statement', 'x, y and w have one length, at least 1');
}
