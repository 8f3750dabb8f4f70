import { randomBytes } from 'node:crypto';
import { concat, toBase64url, type BitProver } from '@tacit/core';
import {
  keygen,
  ready,
  ristrettoScheme,
  type RistrettoCiphertext,
  type RistrettoKeyPair,
} from '@tacit/ristretto';
import { trials } from '../../../test/support/trials';
import type { DigitVectors } from './bit-proofs';
import { bitProver, type Opening } from './bit-prover';
import { encryptWithNonce } from './encrypt';
import { ORDER } from './group';
import { bitEncryptor, makeNonces } from './index';
import { drawScalar, scalarOf } from './scalars';
import { sodiumGroup } from './sodium-group';

const scheme = ristrettoScheme();
const { bits } = scheme.proofs;
let keys: RistrettoKeyPair;
beforeAll(async () => {
  await ready();
  keys = keygen(randomBytes);
});

/** A key holder that encrypts any integer and claims any bit for it. */
class DishonestHolder {
  readonly #openings = new Map<string, Opening>();
  readonly prover: BitProver<RistrettoCiphertext> = bitProver(
    keys.secretKey,
    (c) => this.#openings.get(nameOf(c)),
    randomBytes,
  );

  encrypt(m: bigint, claimed: number): RistrettoCiphertext {
    const nonce = drawScalar(sodiumGroup, randomBytes);
    const ciphertext = encryptWithNonce(keys.secretKey, scalarOf(m), nonce);
    this.#openings.set(nameOf(ciphertext), { nonce, digit: claimed });
    return ciphertext;
  }
}

const nameOf = (c: RistrettoCiphertext): string => toBase64url(scheme.encodeCiphertexts([c]));
const context = randomBytes(32);
const bit = (): 0 | 1 => ((randomBytes(1)[0]! & 1) === 1 ? 1 : 0);
const verifyBits = (list: readonly RistrettoCiphertext[], proof: Uint8Array): boolean =>
  bits.verifyBits(keys.publicKey, list, context, proof);
const verifyXor = (vectors: DigitVectors, proof: Uint8Array): boolean =>
  bits.verifyXor(keys.publicKey, vectors, context, proof);

/** Encrypted bits of one pair and the proofs about it, as the key holder makes them. */
function published(k: number): { vectors: DigitVectors; prover: BitProver<RistrettoCiphertext> } {
  const encryptor = bitEncryptor(keys.secretKey, makeNonces(keys.publicKey, 3 * k, randomBytes));
  const values = Array.from({ length: k }, () => [bit(), bit()] as const);
  const vectors = {
    x: values.map(([x]) => encryptor.encryptBit(x)),
    y: values.map(([, y]) => encryptor.encryptBit(y)),
    w: values.map(([x, y]) => encryptor.encryptBit(x === y ? 0 : 1)),
  };
  return { vectors, prover: encryptor.prover(randomBytes) };
}

describe('proofs of digits', () => {
  it('accept every pair of bits and its XOR', () => {
    const rounds = trials(40, 2_500);
    for (let round = 0; round < rounds; round++) {
      const k = 1 + (round % 3);
      const { vectors, prover } = published(k);
      for (const name of ['x', 'y', 'w'] as const) {
        const proof = prover.proveBits(vectors[name], context);
        expect(proof.length).toBe(bits.proofLength(keys.publicKey, k));
        if (!verifyBits(vectors[name], proof)) throw new Error('bits refused');
      }
      if (!verifyXor(vectors, prover.proveXor(vectors, context))) throw new Error('XOR refused');
    }
  });

  it.each<[string, () => bigint]>([
    ['2', () => 2n],
    ['3', () => 3n],
    ['−1', () => -1n],
    ['L − 2', () => ORDER - 2n],
    ['a random integer', () => BigInt(`0x${randomBytes(31).toString('hex')}`)],
  ])('refuse a digit that is %s', (name, value) => {
    const count = trials(60, 10_000);
    const holder = new DishonestHolder();
    for (let trial = 0; trial < count; trial++) {
      const digit = holder.encrypt(value(), bit());
      if (verifyBits([digit], holder.prover.proveBits([digit], context)))
        throw new Error('a non-bit accepted');
    }
  });

  it.each([
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
    [1, 1, 1],
  ] as const)('refuse the triple x, y, w = %i, %i, %i', (x, y, w) => {
    const count = trials(60, 10_000);
    const holder = new DishonestHolder();
    for (let trial = 0; trial < count; trial++) {
      // What is claimed of w is the bit that it should be, so that the prover takes the triple for a good one.
      const [ex, ey, ew] = [
        holder.encrypt(BigInt(x), x),
        holder.encrypt(BigInt(y), y),
        holder.encrypt(BigInt(w), x ^ y),
      ];
      const vectors = { x: [ex], y: [ey], w: [ew] };
      if (verifyXor(vectors, holder.prover.proveXor(vectors, context)))
        throw new Error('a wrong XOR accepted');
    }
  });

  it('are not made for digits whose openings are known to be wrong, or not known', () => {
    const holder = new DishonestHolder();
    const digit = holder.encrypt(2n, 2);
    expect(() => holder.prover.proveBits([digit], context)).toThrow(
      expect.objectContaining({ code: 'bad-statement' }),
    );
    const { vectors } = published(1);
    expect(() => holder.prover.proveBits(vectors.x, context)).toThrow(
      expect.objectContaining({ code: 'not-encrypted-here' }),
    );
    const wrong = { x: [holder.encrypt(0n, 0)], y: [holder.encrypt(0n, 0)], w: [holder.encrypt(1n, 1)] };
    expect(() => holder.prover.proveXor(wrong, context)).toThrow(
      expect.objectContaining({ code: 'bad-statement' }),
    );
  });

  it('refuse one false digit among true ones, wherever it stands', () => {
    const holder = new DishonestHolder();
    for (let at = 0; at < 8; at++) {
      const list = Array.from({ length: 8 }, (_, i) => holder.encrypt(i === at ? 2n : 1n, 1));
      expect(verifyBits(list, holder.prover.proveBits(list, context))).toBe(false);
    }
  });

  it('survive no flipped bit and no other length', () => {
    const { vectors, prover } = published(1);
    const wrongOf = (proof: Uint8Array): Uint8Array[] => [
      proof.subarray(1),
      proof.subarray(0, -1),
      concat(proof, new Uint8Array(1)),
      concat(proof, new Uint8Array(80)),
      ...Array.from(proof, (byte, at) =>
        proof.map((old, i) => (i === at ? byte ^ (1 << ((byte + at) % 8)) : old)),
      ),
    ];
    const rounds = trials(1, 60);
    for (let round = 0; round < rounds; round++) {
      const [ofBits, ofXor] = [
        wrongOf(prover.proveBits(vectors.x, context)),
        wrongOf(prover.proveXor(vectors, context)),
      ];
      if (ofBits.some((proof) => verifyBits(vectors.x, proof))) throw new Error('a mutated proof accepted');
      if (ofXor.some((proof) => verifyXor(vectors, proof))) throw new Error('a mutated proof accepted');
    }
  });

  it('are bound to context, key, statement, order and number', () => {
    const { vectors, prover } = published(2);
    const { x, y, w } = vectors;
    const proof = prover.proveBits(x, context);
    const xor = prover.proveXor(vectors, context);
    expect([verifyBits(x, proof), verifyXor(vectors, xor)]).toEqual([true, true]);
    expect(bits.verifyBits(keys.publicKey, x, randomBytes(32), proof)).toBe(false);
    expect(bits.verifyXor(keys.publicKey, vectors, randomBytes(32), xor)).toBe(false);
    for (const list of [y, [x[1]!, x[0]!], [x[0]!], [...x, ...x]])
      expect(verifyBits(list, proof)).toBe(false);
    // Exchanging x and y leaves the sums as they are: it is the bytes of all three vectors that are bound.
    for (const other of [
      { x: y, y: x, w },
      { x, y: w, w: y },
    ])
      expect(verifyXor(other, xor)).toBe(false);
    const sums = x.map((c, i) => scheme.add(keys.publicKey, scheme.add(keys.publicKey, c, y[i]!), w[i]!));
    expect(verifyBits(sums, xor)).toBe(false);
    const other = keygen(randomBytes).publicKey;
    const renamed = x.map((c) => ({ ...c, keyId: other.keyId }));
    expect(bits.verifyBits(other, renamed, context, proof)).toBe(false);
    expect(() => bits.verifyBits(other, x, context, proof)).toThrow(
      expect.objectContaining({ code: 'wrong-key' }),
    );
  });

  it('are refused for vectors of different or no length', () => {
    const { x, y, w } = published(2).vectors;
    const refused = expect.objectContaining({ code: 'bad-statement' });
    expect(() => verifyBits([], new Uint8Array(16))).toThrow(refused);
    for (const vectors of [
      { x: [], y: [], w: [] },
      { x, y: y.slice(1), w },
      { x: x.slice(1), y, w },
      { x: [], y, w },
      { x, y, w: [...w, ...w] },
    ]) {
      expect(() => verifyXor(vectors, new Uint8Array(176))).toThrow(refused);
    }
  });
});
