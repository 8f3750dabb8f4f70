import { randomBytes } from 'node:crypto';
import { encryptPair, type QualityRecord } from '@tacit/comparison';
import { bitEncryptor, keygen, makeNonceFactors, paillierProfile } from '@tacit/paillier';
import { scheme } from '../attacks/asking';
import { randomId } from '../attacks/company-in-hand';

/** A further record of the key holder's under the agreement of a published one, as honest as that one. */
export function freshRecord(published: QualityRecord, bits: number): QualityRecord {
  const { publicKey, secretKey } = keygen(paillierProfile(published.profile));
  const factors = makeNonceFactors(secretKey, 3 * bits, 'uniform', randomBytes);
  const values = { pairId: randomId(), bits, x: 3n, y: 5n };
  const encrypted = encryptPair(scheme, bitEncryptor(publicKey, factors), values);
  const { pairId, keyId, publicKey: key, x, y, xHash, yHash, wHash } = encrypted;
  return { ...published, pairId, keyId, publicKey: key, x, y, xHash, yHash, wHash };
}
