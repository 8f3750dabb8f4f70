import { openQualityRecord, openXorRecord, type QualityRecord, type XorRecord } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import { decodeSecretKey, decrypt, paillierProfile, paillierScheme } from '@tacit/paillier';
import { makeTestKey, randomId } from '../company.fixture';
import { encrypt } from './encryption.worker';

describe('encrypt', () => {
  const key = makeTestKey(8);
  const task = { ...key, pairId: randomId(), x: '11', y: '10' };

  it('encrypts the bits of both values and of their XOR, least significant first', () => {
    const encrypted = encrypt(task);
    const profile = paillierProfile(key.profile);
    const scheme = paillierScheme(profile);
    const publicKey = scheme.decodePublicKey(key.publicKey);
    const secretKey = decodeSecretKey(profile, publicKey, key.secretKey);
    const { x, y } = openQualityRecord(
      scheme,
      { ...encrypted, keyProof: toBase64url(key.keyProof) } as unknown as QualityRecord,
      8,
    );
    const w = openXorRecord(scheme, encrypted as unknown as XorRecord);
    const bits = (vector: unknown): bigint[] =>
      (vector as Parameters<typeof decrypt>[1][]).map((ciphertext) => decrypt(secretKey, ciphertext));
    expect(bits(x)).toEqual([1n, 1n, 0n, 1n, 0n, 0n, 0n, 0n]);
    expect(bits(y)).toEqual([0n, 1n, 0n, 1n, 0n, 0n, 0n, 0n]);
    expect(bits(w)).toEqual([1n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
  });

  it('refuses nonce factors that repeat', () => {
    const [factors] = key.nonceFactors;
    const repeated = factors!.slice();
    repeated.copyWithin(32 + 768 * 5, 32, 32 + 768);
    expect(() => encrypt({ ...task, nonceFactors: [repeated] })).toThrow('came up twice');
  });

  it('refuses too few nonce factors and those of another key', () => {
    const few = key.nonceFactors[0]!.slice(0, -768);
    expect(() => encrypt({ ...task, nonceFactors: [few] })).toThrow('no nonce factor is left');
    const other = makeTestKey(8);
    expect(() => encrypt({ ...task, nonceFactors: other.nonceFactors })).toThrow(
      'not nonce factors of this key',
    );
  });
});
