import { bigintToBytes, concat } from '@tacit/core';
import { modPow } from 'bigint-crypto-utils';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import {
  bitEncryptor,
  decodeNonceFactors,
  decodeSecretKey,
  decrypt,
  encodeNonceFactors,
  encryptWithNonceFactor,
  isZero,
  keygen,
  makeNonceFactors,
  paillierProfile,
  paillierScheme,
  testProfile,
} from '@tacit/paillier';

const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

describe.each(['uniform', 'short-exponent'] as const)('%s nonce factors', (method) => {
  const { publicKey, secretKey } = keygen(testProfile(256), method);
  const make = (count: number) => makeNonceFactors(secretKey, count, method, randomBytes);

  it('encrypt zero and differ', () => {
    const values = make(50).map((factor) => factor.spend());
    for (const value of values) {
      expect(isZero(secretKey, { keyId: publicKey.keyId, value })).toBe(true);
      expect(decrypt(secretKey, { keyId: publicKey.keyId, value })).toBe(0n);
    }
    expect(new Set(values.map((value) => value % publicKey.modulus)).size).toBe(50);
  });

  it('are caught when a bit of one half flips', () => {
    const { p, q } = secretKey.primes();
    fc.assert(
      fc.property(fc.nat({ max: 255 }), fc.nat({ max: 3 }), fc.boolean(), (bit, victim, inP) => {
        const join = secretKey.joinModuloSquare.bind(secretKey);
        const flip = (value: bigint, modulus: bigint): bigint => (value ^ (1n << BigInt(bit))) % modulus;
        let made = 0;
        const spy = jest.spyOn(secretKey, 'joinModuloSquare').mockImplementation((xp, xq) => {
          const faulty = made++ === victim;
          return join(faulty && inP ? flip(xp, p * p) : xp, faulty && !inP ? flip(xq, q * q) : xq);
        });
        try {
          expect(() => make(4)).toThrow(code('computation-fault'));
        } finally {
          spy.mockRestore();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are caught when one is not a unit', () => {
    const spy = jest.spyOn(secretKey, 'joinModuloSquare').mockReturnValueOnce(0n);
    try {
      expect(() => make(3)).toThrow(code('computation-fault'));
    } finally {
      spy.mockRestore();
    }
  });

  it('survive a round trip as bytes and are spent by it', () => {
    const factors = make(3);
    const bytes = encodeNonceFactors(publicKey, factors);
    expect(() => factors[0]!.spend()).toThrow(code('nonce-spent'));
    expect(() => encodeNonceFactors(publicKey, factors)).toThrow(code('nonce-spent'));
    const values = decodeNonceFactors(publicKey, bytes).map((factor) => factor.spend());
    expect(bytes.slice(32)).toEqual(
      concat(...values.map((value) => bigintToBytes(value, publicKey.ciphertextLength))),
    );
    expect(decodeNonceFactors(publicKey, encodeNonceFactors(publicKey, []))).toEqual([]);
    expect(make(0)).toEqual([]);
  });
});

describe('uniform nonce factors', () => {
  it('are the n-th powers of units, each from exactly one pair of draws', () => {
    const profile = testProfile(8);
    const publicKey = paillierScheme(profile).decodePublicKey(Uint8Array.of(143));
    const secretKey = decodeSecretKey(profile, publicKey, Uint8Array.of(11, 13));
    const found: bigint[] = [];
    for (let up = 1; up < 11; up++) {
      for (let uq = 1; uq < 13; uq++) {
        // 0, 11 to 15 and 13 to 15 are drawn again: out of [1, prime).
        const draws = [0, 15, up, 0, 13, uq].map((value) => value << 4);
        const random = (): Uint8Array => Uint8Array.of(draws.shift()!);
        found.push(...makeNonceFactors(secretKey, 1, 'uniform', random).map((factor) => factor.spend()));
      }
    }
    const expected: bigint[] = [];
    for (let r = 1n; r < 143n; r++) {
      if (r % 11n !== 0n && r % 13n !== 0n) expected.push(modPow(r, 143n, 143n * 143n));
    }
    const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);
    expect(found.sort(ascending)).toEqual(expected.sort(ascending));
    expect(new Set(found).size).toBe(10 * 12);
  });

  it('exist for full-size keys', () => {
    const { publicKey, secretKey } = keygen(paillierProfile('paillier-3072'));
    const encryptor = bitEncryptor(publicKey, makeNonceFactors(secretKey, 2, 'uniform', randomBytes));
    expect(decrypt(secretKey, encryptor.encryptBit(1))).toBe(1n);
    expect(isZero(secretKey, encryptor.encryptBit(0))).toBe(true);
  });
});

describe('short exponents', () => {
  it('are refused for a key that was not made for them', () => {
    const profile = testProfile(8);
    const publicKey = paillierScheme(profile).decodePublicKey(Uint8Array.of(143));
    const secretKey = decodeSecretKey(profile, publicKey, Uint8Array.of(11, 13));
    expect(() => makeNonceFactors(secretKey, 1, 'short-exponent', randomBytes)).toThrow(
      code('unsuitable-key'),
    );
  });

  it('take 448 bits at 6144 and 320 at 3072', () => {
    const lengths: number[] = [];
    const { secretKey } = keygen(testProfile(64), 'short-exponent');
    for (const name of ['paillier-6144', 'paillier-3072']) {
      const { securityBits } = paillierProfile(name);
      const key = decodeSecretKey(
        { ...testProfile(64), securityBits },
        secretKey.publicKey,
        concat(...Object.values(secretKey.primes()).map((prime: bigint) => bigintToBytes(prime, 4))),
      );
      makeNonceFactors(key, 1, 'short-exponent', (length) => {
        lengths.push(length);
        return randomBytes(length);
      });
    }
    expect(lengths.filter((length) => length > 4)).toEqual([448 / 8, 320 / 8]);
  });
});

describe('single use', () => {
  const { publicKey, secretKey } = keygen(testProfile(128));
  const make = (count: number) => makeNonceFactors(secretKey, count, 'uniform', randomBytes);

  it('lets an encryptor encrypt as many bits as it has factors', () => {
    const encryptor = bitEncryptor(publicKey, make(2));
    expect(decrypt(secretKey, encryptor.encryptBit(0))).toBe(0n);
    expect(decrypt(secretKey, encryptor.encryptBit(1))).toBe(1n);
    expect(() => encryptor.encryptBit(0)).toThrow(code('nonces-used-up'));
    expect(() => encryptor.encryptBit(0)).toThrow(code('nonces-used-up'));
  });

  it('refuses a factor that two encryptors share', () => {
    const factors = make(1);
    const [first, second] = [bitEncryptor(publicKey, factors), bitEncryptor(publicKey, factors)];
    first.encryptBit(1);
    expect(() => second.encryptBit(1)).toThrow(code('nonce-spent'));
    expect(() => encryptWithNonceFactor(publicKey, 1n, factors[0]!)).toThrow(code('nonce-spent'));
  });

  it('keeps a factor that was refused for another reason', () => {
    const [factor] = make(1);
    for (const m of [-1n, publicKey.modulus, publicKey.modulus ** 3n]) {
      expect(() => encryptWithNonceFactor(publicKey, m, factor!)).toThrow(code('bad-plaintext'));
    }
    expect(decrypt(secretKey, encryptWithNonceFactor(publicKey, 7n, factor!))).toBe(7n);
  });

  it('refuses factors of another key', () => {
    const other = keygen(testProfile(128)).publicKey;
    expect(() => bitEncryptor(other, make(1))).toThrow(code('wrong-key'));
    expect(() => encryptWithNonceFactor(other, 0n, make(1)[0]!)).toThrow(code('wrong-key'));
  });

  it('refuses factor bytes that are cut, long, altered in key, zero or of another key', () => {
    const bytes = encodeNonceFactors(publicKey, make(2));
    const zero = concat(bytes.subarray(0, 64), new Uint8Array(32));
    const otherKey = bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    const other = keygen(testProfile(128)).publicKey;
    for (const bad of [
      new Uint8Array(0),
      bytes.subarray(1),
      concat(bytes, Uint8Array.of(0)),
      zero,
      otherKey,
    ]) {
      expect(() => decodeNonceFactors(publicKey, bad)).toThrow(code('bad-nonce-factors'));
    }
    expect(() => decodeNonceFactors(other, bytes)).toThrow(code('bad-nonce-factors'));
  });
});
