import { randomBytes } from 'node:crypto';
import { concat, fromHex, keyIdOf } from '@tacit/core';
import {
  bitEncryptor,
  decodeNonces,
  decodeSecretKey,
  encodeNonces,
  encodeSecretKey,
  keygen,
  makeNonces,
  nobleGroup,
  ready,
  ristrettoScheme,
  zeroTester,
  type RistrettoCiphertext,
  type RistrettoKeyPair,
} from '@tacit/ristretto';
import fc from 'fast-check';
import { inspect } from 'node:util';
import vectors from '../../../test/vectors/ristretto255.json';
import { encryptWithNonce } from './encrypt';
import { BASE, IDENTITY, ORDER } from './group';
import { drawScalar, scalarOf } from './scalars';
import { sodiumGroup } from './sodium-group';

const scheme = ristrettoScheme();
let own: RistrettoKeyPair;
let stranger: RistrettoKeyPair;
beforeAll(async () => {
  await ready();
  own = keygen(randomBytes);
  stranger = keygen(randomBytes);
});

const encrypt = (m: bigint, { secretKey } = own): RistrettoCiphertext =>
  encryptWithNonce(secretKey, scalarOf(m), drawScalar(sodiumGroup, randomBytes));
/** Whether a ciphertext encrypts m, by adding −m. */
const isPlaintext = (c: RistrettoCiphertext, m: bigint): boolean =>
  zeroTester(own.secretKey).isZero(scheme.addPlaintext(own.publicKey, c, -m));
const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;
const plaintext = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, ORDER - 1n, ORDER / 2n),
  fc.bigInt(0n, ORDER - 1n),
  fc.bigInt(-1000n, 1000n),
);

describe('homomorphism', () => {
  it('encrypts (r·G, m·G + r·P)', () => {
    fc.assert(
      fc.property(plaintext, fc.bigInt(1n, ORDER - 1n), (m, r) => {
        const { publicKey, secretKey } = own;
        const c = encryptWithNonce(secretKey, scalarOf(m), scalarOf(r));
        const mask = nobleGroup.multiply(scalarOf(r), publicKey.point);
        expect(c.a).toEqual(nobleGroup.multiplyBase(scalarOf(r)));
        expect(c.b).toEqual(nobleGroup.add(nobleGroup.multiplyBase(scalarOf(m)), mask));
        expect(isPlaintext(c, m)).toBe(true);
        expect(isPlaintext(c, m + 1n)).toBe(false);
      }),
    );
  });

  it('adds, adds plaintexts, multiplies by plaintexts and negates', () => {
    fc.assert(
      fc.property(plaintext, plaintext, fc.bigInt(0n, 300n), (a, b, m) => {
        const [ca, cb] = [encrypt(a), encrypt(b)];
        const { publicKey } = own;
        expect(isPlaintext(scheme.add(publicKey, ca, cb), a + b)).toBe(true);
        expect(isPlaintext(scheme.addPlaintext(publicKey, ca, b), a + b)).toBe(true);
        expect(isPlaintext(scheme.addPlaintext(publicKey, ca, -b), a - b)).toBe(true);
        expect(isPlaintext(scheme.multiplyPlaintext(publicKey, ca, m), m * a)).toBe(true);
        const negated = scheme.negateAll(publicKey, [ca, cb]);
        expect(negated.map((c, i) => isPlaintext(c, [-a, -b][i]!))).toEqual([true, true]);
      }),
    );
  });

  it('gives the same bytes with the reference group', () => {
    const reference = ristrettoScheme(nobleGroup);
    fc.assert(
      fc.property(plaintext, plaintext, fc.bigInt(0n, 9n), (a, b, m) => {
        const [ca, cb] = [encrypt(a), encrypt(b)];
        const results = [scheme, reference].map((each) => [
          each.add(own.publicKey, ca, cb),
          each.addPlaintext(own.publicKey, ca, b),
          each.multiplyPlaintext(own.publicKey, cb, m),
          ...each.negateAll(own.publicKey, [ca, cb]),
          each.add(own.publicKey, ca, each.negateAll(own.publicKey, [cb])[0]!),
          each.add(own.publicKey, each.negateAll(own.publicKey, [cb])[0]!, ca),
        ]);
        const [bytes, expected] = results.map((list) => scheme.encodeCiphertexts(list));
        expect(bytes).toEqual(expected);
        // a − b by subtraction, −b + a by the negated elements
        expect(results[0]![5]).toEqual(results[0]![6]);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a negative multiplier', () => {
    expect(() => scheme.multiplyPlaintext(own.publicKey, encrypt(1n), -1n)).toThrow(code('bad-plaintext'));
  });
});

describe('keys', () => {
  it('survive a round trip and are named by their bytes', () => {
    const { publicKey, secretKey } = own;
    const bytes = scheme.encodePublicKey(publicKey);
    expect(scheme.decodePublicKey(bytes)).toEqual(publicKey);
    expect(publicKey.keyId).toBe(keyIdOf('ristretto255', bytes));
    const again = decodeSecretKey(publicKey, encodeSecretKey(secretKey));
    expect(zeroTester(again).isZero(encrypt(0n))).toBe(true);
  });

  it('are made of 64 random bytes, reduced', () => {
    const { publicKey } = keygen((length) => new Uint8Array(length).fill(1));
    const s = scalarOf(BigInt(`0x${'01'.repeat(64)}`));
    expect(publicKey.point).toEqual(nobleGroup.multiplyBase(s));
  });

  it('are refused: the identity, other lengths and every invalid encoding of RFC 9496', () => {
    const bad = [
      IDENTITY,
      new Uint8Array(0),
      BASE.subarray(1),
      concat(BASE, Uint8Array.of(0)),
      ...Object.values(vectors.invalid).flat().map(fromHex),
    ];
    for (const bytes of bad) expect(() => scheme.decodePublicKey(bytes)).toThrow(code('bad-public-key'));
  });

  it('refuse as secret: 0, s + L, another key’s s, other lengths', () => {
    const s = encodeSecretKey(own.secretKey);
    const value = BigInt(`0x${Buffer.from(s).reverse().toString('hex')}`);
    const shifted = Buffer.from((value + ORDER).toString(16).padStart(64, '0'), 'hex').reverse();
    const bad = [
      new Uint8Array(32),
      shifted,
      encodeSecretKey(stranger.secretKey),
      s.subarray(1),
      concat(s, s),
    ];
    for (const bytes of bad) {
      expect(() => decodeSecretKey(own.publicKey, bytes)).toThrow(code('bad-secret-key'));
    }
  });

  it('keep the secret out of logs and JSON', () => {
    const s = Buffer.from(encodeSecretKey(own.secretKey));
    const shown = inspect(own.secretKey, { depth: 9, showHidden: true }) + JSON.stringify(own.secretKey);
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(shown).not.toContain(s.toString(form));
    expect(shown).not.toContain([...s.subarray(0, 6)].join(', '));
  });
});

describe('ciphertext bytes', () => {
  it('survive a round trip', () => {
    const list = [0n, 1n, 2n].map((m) => encrypt(m));
    const bytes = scheme.encodeCiphertexts(list);
    expect(bytes.length).toBe(3 * own.publicKey.ciphertextLength);
    expect(scheme.decodeCiphertexts(own.publicKey, bytes, 3)).toEqual(list);
    expect(scheme.decodeCiphertexts(own.publicKey, new Uint8Array(0), 0)).toEqual([]);
  });

  it('refuse A = identity, and take B = identity', () => {
    const decode = (bytes: Uint8Array): unknown => scheme.decodeCiphertexts(own.publicKey, bytes, 1);
    expect(() => decode(concat(IDENTITY, BASE))).toThrow(code('bad-ciphertext'));
    expect(() => decode(concat(IDENTITY, IDENTITY))).toThrow(code('bad-ciphertext'));
    expect(decode(concat(BASE, IDENTITY))).toHaveLength(1);
  });

  it('refuse every invalid encoding of RFC 9496 at every place', () => {
    for (const bad of Object.values(vectors.invalid).flat().map(fromHex)) {
      for (const bytes of [concat(bad, BASE), concat(BASE, bad)]) {
        const list = concat(scheme.encodeCiphertexts([encrypt(1n)]), bytes);
        expect(() => scheme.decodeCiphertexts(own.publicKey, list, 2)).toThrow(code('bad-ciphertext'));
      }
    }
  });

  it.each<[string, Uint8Array, number]>([
    ['one byte short', new Uint8Array(63).fill(2), 1],
    ['one byte long', concat(BASE, BASE, Uint8Array.of(0)), 1],
    ['fewer than counted', concat(BASE, BASE), 2],
    ['more than counted', concat(BASE, BASE, BASE, BASE), 1],
    ['empty', new Uint8Array(0), 1],
    ['a negative count', new Uint8Array(0), -1],
    ['a broken count', BASE, 0.5],
  ])('refuse a vector that is %s', (_, bytes, count) => {
    expect(() => scheme.decodeCiphertexts(own.publicKey, bytes, count)).toThrow(code('bad-ciphertext'));
  });
});

describe('nonces', () => {
  it('encrypt one bit each, and then they are used up', () => {
    const encryptor = bitEncryptor(own.secretKey, makeNonces(own.publicKey, 2, randomBytes));
    expect(isPlaintext(encryptor.encryptBit(0), 0n)).toBe(true);
    expect(isPlaintext(encryptor.encryptBit(1), 1n)).toBe(true);
    expect(() => encryptor.encryptBit(1)).toThrow(code('nonces-used-up'));
  });

  it('survive a round trip once', () => {
    const nonces = makeNonces(own.publicKey, 3, randomBytes);
    const bytes = encodeNonces(own.publicKey, nonces);
    expect(() => nonces[0]!.spend()).toThrow(code('nonce-spent'));
    const values = decodeNonces(own.publicKey, bytes).map((nonce) =>
      Buffer.from(nonce.spend()).toString('hex'),
    );
    expect(Buffer.from(bytes).subarray(32).toString('hex')).toBe(values.join(''));
    expect(new Set(values).size).toBe(3);
  });

  it('are refused when they are of another key, cut, 0 or not below L', () => {
    const bytes = encodeNonces(own.publicKey, makeNonces(own.publicKey, 2, randomBytes));
    const bad = [
      encodeNonces(stranger.publicKey, makeNonces(stranger.publicKey, 2, randomBytes)),
      bytes.subarray(0, -1),
      bytes.subarray(0, 31),
      concat(bytes, new Uint8Array(32)),
      concat(bytes, new Uint8Array(32).fill(255)),
    ];
    for (const each of bad) expect(() => decodeNonces(own.publicKey, each)).toThrow(code('bad-nonces'));
    const foreign = makeNonces(stranger.publicKey, 1, randomBytes);
    expect(() => bitEncryptor(own.secretKey, foreign)).toThrow(code('wrong-key'));
    expect(() => encodeNonces(own.publicKey, foreign)).toThrow(code('wrong-key'));
  });
});

describe('ciphertexts of another key', () => {
  it.each<[string, (mine: RistrettoCiphertext, foreign: RistrettoCiphertext) => unknown]>([
    ['add, right', (mine, foreign) => scheme.add(own.publicKey, mine, foreign)],
    ['add, left', (mine, foreign) => scheme.add(own.publicKey, foreign, mine)],
    ['add, both', (_, foreign) => scheme.add(own.publicKey, foreign, foreign)],
    ['addPlaintext', (_, foreign) => scheme.addPlaintext(own.publicKey, foreign, 1n)],
    ['multiplyPlaintext', (_, foreign) => scheme.multiplyPlaintext(own.publicKey, foreign, 3n)],
    ['negateAll', (mine, foreign) => scheme.negateAll(own.publicKey, [mine, foreign])],
    ['isZero', (_, foreign) => zeroTester(own.secretKey).isZero(foreign)],
  ])('are refused by %s', (_, mix) => {
    expect(() => mix(encrypt(1n), encrypt(1n, stranger))).toThrow(code('wrong-key'));
  });
});
