import { bigintToBytes, bytesToBigint, concat, transcriptHash, u64be, utf8 } from '@tacit/core';
import {
  encryptWithNonceFactor,
  keygen,
  makeNonceFactors,
  paillierProfile,
  paillierScheme,
  testProfile,
  zeroProver,
  type PaillierCiphertext,
  type PaillierKeyPair,
} from '@tacit/paillier';
import { gcd, modInv, modPow } from 'bigint-crypto-utils';
import { randomBytes, randomInt } from 'node:crypto';
import { isDeep, trials } from '../../../test/support/trials';
import { combinations } from './combinations';
import { mgf1 } from './mgf1';
import { encodeRoots } from './roots';

const profile = testProfile(64);
const { zeros } = paillierScheme(profile).proofs;
const keys = keygen(profile);
const { publicKey, secretKey } = keys;
const { modulus: n, modulusSquared } = publicKey;
const { p, q } = secretKey.primes();
const prover = zeroProver(secretKey);
const context = randomBytes(32);
const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

const encrypt = (plaintexts: readonly bigint[], { publicKey, secretKey }: PaillierKeyPair = keys) => {
  const factors = makeNonceFactors(secretKey, plaintexts.length, 'uniform', randomBytes);
  return plaintexts.map((m, i) => encryptWithNonceFactor(publicKey, m, factors[i]!));
};
const zeroList = (length: number): bigint[] => new Array<bigint>(length).fill(0n);

/** What a key holder without scruples can show: roots modulo n of the products, whatever they encrypt. */
function bestProof(ciphertexts: readonly PaillierCiphertext[]): Uint8Array {
  const exponent = modInv(n, (p - 1n) * (q - 1n));
  return encodeRoots(
    publicKey,
    combinations(publicKey, ciphertexts, context).map((value) => modPow(value, exponent, n)),
  );
}

describe('zero proofs', () => {
  it('of zeros are accepted', () => {
    for (let left = trials(100, 10_000); left > 0; left--) {
      const ciphertexts = encrypt(zeroList(1 + (left % 66)));
      const bound = randomBytes(left % 40);
      const proof = prover.prove(ciphertexts, bound);
      expect(proof.length).toBe(zeros.proofLength(publicKey));
      if (!zeros.verify(publicKey, ciphertexts, bound, proof)) throw new Error(`refused after ${left}`);
    }
  });

  it('of anything else are neither made nor accepted', () => {
    const odd = [1n, n - 1n, 2n, p, q, n - p, (n + 1n) / 2n];
    for (let left = trials(400, 100_000); left > 0; left--) {
      const length = 1 + (left % 7);
      const plaintexts = zeroList(length);
      const wrong = left % 8 === 0 ? 1n + (bytesToBigint(randomBytes(16)) % (n - 1n)) : odd[left % 7]!;
      plaintexts[randomInt(length)] = wrong;
      // Two wrong plaintexts that cancel in the plain product.
      if (length > 1 && left % 3 === 0) plaintexts[plaintexts.indexOf(0n)] = n - wrong;
      const ciphertexts = encrypt(plaintexts);
      if (zeros.verify(publicKey, ciphertexts, context, bestProof(ciphertexts))) {
        throw new Error(`accepted ${plaintexts.join()}`);
      }
      if (left % 10 === 0) expect(() => prover.prove(ciphertexts, context)).toThrow(code('not-zero'));
    }
  });

  it.each(isDeep ? ['paillier-3072', 'paillier-6144'] : ['paillier-3072'])(
    'of %s are accepted, and refused when changed',
    (name) => {
      const real = paillierProfile(name);
      const pair = keygen(real);
      for (let left = trials(1, 20); left > 0; left--) {
        const ciphertexts = encrypt(zeroList(1 + left), pair);
        const proof = zeroProver(pair.secretKey).prove(ciphertexts, context);
        expect(proof.length).toBe((7 * real.modulusBits) / 8);
        const { zeros } = paillierScheme(real).proofs;
        expect(zeros.verify(pair.publicKey, ciphertexts, context, proof)).toBe(true);
        const changed = proof.map((byte, i) => (i === left ? byte ^ 1 : byte));
        expect(zeros.verify(pair.publicKey, ciphertexts, context, changed)).toBe(false);
      }
    },
    1_200_000,
  );

  it('take the products that their definition says', () => {
    for (const m of [1, 2, 3, 34]) {
      const list = encrypt(zeroList(m));
      const bytes = concat(...list.map(({ value }) => bigintToBytes(value, 16)));
      const fields = [profile.name, bigintToBytes(n, 8), context, u64be(m), bytes];
      const stream = bytesToBigint(mgf1(transcriptHash('zero-proof', ...fields), 35 * m));
      const weights = stream.toString(2).padStart(280 * m, '0');
      const expected = Array.from({ length: 7 }, (_, l) =>
        list.reduce((product, { value }, j) => {
          const from = 20 * (l * m + j);
          const weight = BigInt(`0b${weights.slice(from, from + 20)}`);
          return (product * modPow(value, weight, modulusSquared)) % modulusSquared;
        }, 1n),
      );
      expect(combinations(publicKey, list, context)).toEqual(expected);
    }
  });

  describe('that were changed', () => {
    const ciphertexts = encrypt(zeroList(5));
    const proof = prover.prove(ciphertexts, context);
    const roots = Array.from({ length: 7 }, (_, i) => proof.subarray(8 * i, 8 * i + 8));
    const verifies = (changed: Uint8Array): boolean =>
      zeros.verify(publicKey, ciphertexts, context, Uint8Array.from(changed));

    it('in any bit are refused', () => {
      expect(verifies(proof)).toBe(true);
      for (let bit = 0; bit < 8 * proof.length; bit++) {
        const changed = Uint8Array.from(proof);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        if (verifies(changed)) throw new Error(`bit ${bit}`);
      }
    });

    it.each<[string, Uint8Array]>([
      ['cut', proof.subarray(1)],
      ['lengthened', concat(proof, new Uint8Array(1))],
      ['empty', new Uint8Array()],
      ['two roots exchanged', concat(roots[1]!, roots[0]!, ...roots.slice(2))],
      ['zeros', new Uint8Array(proof.length)],
      ['ones', concat(...roots.map(() => bigintToBytes(1n, 8)))],
      ['n − s', concat(bigintToBytes(n - bytesToBigint(roots[0]!), 8), ...roots.slice(1))],
      ['s = n', concat(bigintToBytes(n, 8), ...roots.slice(1))],
      ['random', randomBytes(proof.length)],
    ])('to %s are refused', (_, changed) => {
      expect(verifies(changed)).toBe(false);
    });

    it('to another statement, context or key are refused', () => {
      const [a, b, ...rest] = ciphertexts as [PaillierCiphertext, PaillierCiphertext];
      const [one] = encrypt([0n]) as [PaillierCiphertext];
      const statements = [
        [b, a, ...rest],
        [a, ...rest],
        [...ciphertexts, one],
        [one, b, ...rest],
        [a, a, b, ...rest],
      ];
      for (const statement of statements) {
        expect(zeros.verify(publicKey, statement, context, proof)).toBe(false);
      }
      for (const other of [
        new Uint8Array(),
        randomBytes(32),
        context.subarray(1),
        concat(context, utf8(' ')),
      ]) {
        expect(zeros.verify(publicKey, ciphertexts, other, proof)).toBe(false);
      }
      const renamed = { ...publicKey, profile: 'paillier-test-other' };
      expect(zeros.verify(renamed, ciphertexts, context, proof)).toBe(false);
    });
  });

  it('are of one key and of at least one ciphertext', () => {
    const stranger = keygen(profile);
    const foreign = encrypt([0n], stranger);
    const proof = new Uint8Array(zeros.proofLength(publicKey)).fill(1);
    expect(() => prover.prove(foreign, context)).toThrow(code('wrong-key'));
    expect(() => zeros.verify(publicKey, foreign, context, proof)).toThrow(code('wrong-key'));
    expect(() => prover.prove([], context)).toThrow(code('bad-ciphertext'));
    expect(() => zeros.verify(publicKey, [], context, proof)).toThrow(code('bad-ciphertext'));
  });

  it('do not leave the process when a bit flips in one half of the CRT', () => {
    const ciphertexts = encrypt(zeroList(4));
    const [value] = combinations(publicKey, ciphertexts, context);
    const join = secretKey.joinModulo.bind(secretKey);
    for (let bit = 0n; bit < 32n; bit++) {
      for (const half of [0, 1]) {
        let joined = 0n;
        const faulty = jest.spyOn(secretKey, 'joinModulo').mockImplementation((xp, xq) => {
          joined = half === 0 ? join(xp ^ (1n << bit), xq) : join(xp, xq ^ (1n << bit));
          return joined;
        });
        let thrown: unknown;
        try {
          prover.prove(ciphertexts, context);
        } catch (error) {
          thrown = error;
        }
        faulty.mockRestore();
        expect(thrown).toMatchObject({ code: 'computation-fault', message: 'an n-th root failed its check' });
        expect(Object.keys(thrown as Error).sort()).toEqual(['code', 'name']);
        // What the root would have given away.
        const difference = (modPow(joined, n, n) - (value! % n) + n) % n;
        expect(gcd(difference, n)).toBe(half === 0 ? q : p);
      }
    }
  });
});
