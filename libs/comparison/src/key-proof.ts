// That the key of a published pair is sound: made with the key, published with the pair, verified before it is bought.
import { fromBase64url, utf8, type AdditiveScheme, type PublicKey } from '@tacit/core';
import { ComparisonError } from './errors';

/**
 * What a key proof is bound to: whose key it is. It is made with the key, before anyone knows for which pair; the
 * ledger ties the key to one pair.
 */
export function keyTranscript(owner: string): Uint8Array {
  return utf8(owner);
}

/**
 * A recorded key proof, not yet verified; null for a scheme that needs none.
 * @throws ComparisonError `bad-record` when it is missing, of another length, or of no use to the scheme
 */
export function decodeKeyProof(
  scheme: AdditiveScheme,
  publicKey: PublicKey,
  keyProof: string | null,
): Uint8Array | null {
  const length = scheme.proofs.key?.proofLength(publicKey);
  const proof = keyProof === null ? undefined : decode(keyProof);
  if (proof?.length !== length) {
    throw new ComparisonError('bad-record', 'the key proof does not have the form that the profile asks for');
  }
  return proof ?? null;
}

/**
 * Has this company proven that its key is sound? true where every key of the scheme is. At 6144 bits it takes about
 * as long as three powers modulo n².
 * @throws ComparisonError `bad-record` as `decodeKeyProof` does
 */
export function verifyKeyProof(
  scheme: AdditiveScheme,
  publicKey: PublicKey,
  keyProof: string | null,
  keyHolder: string,
): boolean {
  const proof = decodeKeyProof(scheme, publicKey, keyProof);
  const { key } = scheme.proofs;
  return key === undefined || proof === null || key.verify(publicKey, keyTranscript(keyHolder), proof);
}

function decode(text: string): Uint8Array {
  try {
    return fromBase64url(text);
  } catch (cause) {
    throw new ComparisonError('bad-record', 'the key proof is not base64url', { cause });
  }
}
