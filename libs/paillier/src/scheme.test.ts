import { bigintToBytes, concat } from '@tacit/core';
import fc from 'fast-check';
import { modInv, modPow } from 'bigint-crypto-utils';
import { randomBytes } from 'node:crypto';
import {
  decodeSecretKey,
  decrypt,
  encryptWithNonceFactor,
  isZero,
  keygen,
  makeNonceFactors,
  type PaillierCiphertext,
  paillierScheme,
  testProfile,
  zeroTester,
} from '@tacit/paillier';

const profile = testProfile(128);
const scheme = paillierScheme(profile);
const { publicKey, secretKey } = keygen(profile);
const n = publicKey.modulus;
const n2 = publicKey.modulusSquared;
const stranger = keygen(profile);

const encrypt = (m: bigint, keys = { publicKey, secretKey }): PaillierCiphertext => {
  const [factor] = makeNonceFactors(keys.secretKey, 1, 'uniform', randomBytes);
  return encryptWithNonceFactor(keys.publicKey, m, factor!);
};
const modulo = (m: bigint): bigint => ((m % n) + n) % n;
const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;
const { p, q } = secretKey.primes();
const plaintext = fc.oneof(fc.constantFrom(0n, 1n, n - 1n, n / 2n, p, q), fc.bigInt(0n, n - 1n));

describe('homomorphism', () => {
  it('decrypts what was encrypted', () => {
    fc.assert(
      fc.property(plaintext, (m) => {
        const c = encrypt(m);
        expect(decrypt(secretKey, c)).toBe(m);
        expect(isZero(secretKey, c)).toBe(m === 0n);
      }),
    );
  });

  it('adds', () => {
    fc.assert(
      fc.property(plaintext, plaintext, (a, b) => {
        expect(decrypt(secretKey, scheme.add(publicKey, encrypt(a), encrypt(b)))).toBe(modulo(a + b));
      }),
    );
  });

  it('adds plaintexts, negative and larger than n too', () => {
    fc.assert(
      fc.property(plaintext, fc.bigInt(-(n ** 2n), n ** 2n), (a, m) => {
        const c = encrypt(a);
        const sum = scheme.addPlaintext(publicKey, c, m);
        expect(decrypt(secretKey, sum)).toBe(modulo(a + m));
        expect(sum.value).toBe((c.value * (1n + modulo(m) * n)) % n2);
      }),
    );
  });

  it('multiplies by plaintexts', () => {
    fc.assert(
      fc.property(plaintext, fc.bigInt(0n, 300n), (a, m) => {
        const c = encrypt(a);
        const product = scheme.multiplyPlaintext(publicKey, c, m);
        expect(decrypt(secretKey, product)).toBe(modulo(a * m));
        expect(product.value).toBe(modPow(c.value, m, n2));
      }),
    );
  });

  it('negates lists, each by the inverse in [1, n²)', () => {
    fc.assert(
      fc.property(fc.array(plaintext, { maxLength: 8 }), (list) => {
        const ciphertexts = list.map((m) => encrypt(m));
        const negated = scheme.negateAll(publicKey, ciphertexts);
        expect(negated.map((c) => decrypt(secretKey, c))).toEqual(list.map((m) => modulo(-m)));
        expect(negated.map((c) => c.value)).toEqual(ciphertexts.map((c) => modInv(c.value, n2)));
      }),
    );
  });

  it('refuses a negative multiplier', () => {
    expect(() => scheme.multiplyPlaintext(publicKey, encrypt(1n), -1n)).toThrow(code('bad-plaintext'));
  });

  it('hides equal plaintexts in different ciphertexts', () => {
    const values = Array.from({ length: 200 }, () => encrypt(1n).value);
    expect(new Set(values).size).toBe(200);
  });

  it('decrypts every unit modulo n² of a tiny key, each plaintext equally often', () => {
    const tiny = testProfile(8);
    const tinyKey = paillierScheme(tiny).decodePublicKey(Uint8Array.of(143));
    const tinySecret = decodeSecretKey(tiny, tinyKey, Uint8Array.of(11, 13));
    const times = new Array<number>(143).fill(0);
    for (let value = 1n; value < 143n ** 2n; value++) {
      if (value % 11n === 0n || value % 13n === 0n) continue;
      const c = { keyId: tinyKey.keyId, value };
      const m = decrypt(tinySecret, c);
      times[Number(m)]!++;
      if (isZero(tinySecret, c) !== (m === 0n)) throw new Error(`zero test of ${String(value)}`);
    }
    expect(times).toEqual(new Array(143).fill(10 * 12));
  });
});

describe('ciphertext bytes', () => {
  const encode = (...values: bigint[]): Uint8Array => concat(...values.map((c) => bigintToBytes(c, 32)));
  const good = encrypt(1n).value;

  it('survive a round trip', () => {
    const list = [0n, 1n, 2n].map((m) => encrypt(m));
    const bytes = scheme.encodeCiphertexts(list);
    expect(bytes.length).toBe(3 * publicKey.ciphertextLength);
    expect(scheme.decodeCiphertexts(publicKey, bytes, 3)).toEqual(list);
    expect(scheme.decodeCiphertexts(publicKey, new Uint8Array(0), 0)).toEqual([]);
  });

  it.each([
    ['0', 0n],
    ['n', n],
    ['a multiple of n', n * 12345n],
    ['n²', n2],
    ['1 + n²', 1n + n2],
    ['p', p],
    ['a multiple of p', p * 987654321n],
    ['a multiple of q²', q * q * 3n],
    ['all ones', (1n << 256n) - 1n],
  ])('refuse %s', (_, value) => {
    for (const list of [[value], [good, value], [value, good]]) {
      expect(() => scheme.decodeCiphertexts(publicKey, encode(...list), list.length)).toThrow(
        code('bad-ciphertext'),
      );
    }
  });

  it('take the units at the ends, −1 mod n² among them', () => {
    const ends = scheme.decodeCiphertexts(publicKey, encode(1n, n2 - 1n, n + 1n), 3);
    expect(ends.map((c) => decrypt(secretKey, c))).toEqual([0n, 0n, 1n]);
    expect(ends.map((c) => isZero(secretKey, c))).toEqual([true, true, false]);
  });

  it.each([
    ['one byte short', encode(good).subarray(1), 1],
    ['one byte long', concat(encode(good), new Uint8Array(1)), 1],
    ['fewer than counted', encode(good), 2],
    ['more than counted', encode(good, good), 1],
    ['empty', new Uint8Array(0), 1],
    ['huge', new Uint8Array(1_000_000).fill(1), 1],
    ['a negative count', new Uint8Array(0), -1],
    ['a broken count', encode(good).subarray(16), 0.5],
  ])('refuse a vector that is %s', (_, bytes, count) => {
    expect(() => scheme.decodeCiphertexts(publicKey, bytes, count)).toThrow(code('bad-ciphertext'));
  });
});

describe('ciphertexts of another key', () => {
  const own = encrypt(1n);
  const foreign = encrypt(1n, stranger);

  it.each<[string, () => unknown]>([
    ['add, right', () => scheme.add(publicKey, own, foreign)],
    ['add, left', () => scheme.add(publicKey, foreign, own)],
    ['add, both', () => scheme.add(publicKey, foreign, foreign)],
    ['addPlaintext', () => scheme.addPlaintext(publicKey, foreign, 1n)],
    ['multiplyPlaintext', () => scheme.multiplyPlaintext(publicKey, foreign, 3n)],
    ['negateAll', () => scheme.negateAll(publicKey, [own, foreign])],
    ['decrypt', () => decrypt(secretKey, foreign)],
    ['isZero', () => zeroTester(secretKey).isZero(foreign)],
  ])('are refused by %s', (_, mix) => {
    expect(mix).toThrow(code('wrong-key'));
  });
});
