import { concat, u64be } from '@tacit/core';
import { challenge, statementHash } from './challenge';
import type { RistrettoCiphertext } from './ciphertext';
import { IDENTITY } from './group';
import { drawScalar, shortScalar, type RandomBytes } from './scalars';
import type { RistrettoSecretKey } from './secret-key';

/**
 * The best that a dishonest key holder can do without luck: a proof made as for a true statement, written a second
 * time here, without the check whether it is one. For a true statement it is a valid proof.
 */
export function forgeZeroProof(
  secretKey: RistrettoSecretKey,
  ciphertexts: readonly RistrettoCiphertext[],
  context: Uint8Array,
  random: RandomBytes,
): Uint8Array {
  const { group, publicKey } = secretKey;
  const statement = statementHash('zeros', publicKey, context, ciphertexts);
  const weighted = ciphertexts.map(({ a, b }, i) => {
    const weight = shortScalar(challenge('zeros-weight', statement, u64be(i)));
    return { a: group.multiply(weight, a), b: group.multiply(weight, b) };
  });
  const a = weighted.reduce((sum, term) => group.add(sum, term.a), IDENTITY);
  const b = weighted.reduce((sum, term) => group.add(sum, term.b), IDENTITY);
  const t = drawScalar(group, random);
  const e = challenge('zeros-challenge', statement, a, b, group.multiplyBase(t), group.multiply(t, a));
  return concat(e, group.addScalars(t, secretKey.multiplyScalar(shortScalar(e))));
}
