import { randomBytes } from 'node:crypto';
import { concat } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonces,
  ready,
  ristrettoScheme,
  zeroProver,
  zeroTester,
  type RistrettoCiphertext,
  type RistrettoKeyPair,
} from '@tacit/ristretto';
import fc from 'fast-check';
import { DIRECTIONS, findDifference, type Finding } from '../../comparison/src/answer';
import { answerStatement } from '../../comparison/src/answer-proof';
import { evaluate, type PairCiphertexts } from '../../comparison/src/evaluate';
import { bitsOf, comparedValues } from '../../comparison/src/pair';
import { trials } from '../../../test/support/trials';
import { forgeZeroProof } from './forgery.fixture';

const scheme = ristrettoScheme();
let keys: RistrettoKeyPair;
let stock: readonly (readonly RistrettoCiphertext[])[];
let drawn = 0;
beforeAll(async () => {
  await ready();
  keys = keygen(randomBytes);
  // Bits are drawn from a stock, against the rule of single use, so that the counts below stay quick.
  const encryptor = bitEncryptor(keys.secretKey, makeNonces(keys.publicKey, 512, randomBytes));
  stock = ([0, 1] as const).map((bit) => Array.from({ length: 256 }, () => encryptor.encryptBit(bit)));
});

const K = 8;
const encryptBits = (bits: readonly number[]): RistrettoCiphertext[] =>
  bits.map((bit) => stock[bit]![(drawn = (drawn * 5 + 1) % 256)]!);
const encryptPair = (x: bigint, y: bigint): PairCiphertexts<RistrettoCiphertext> => ({
  x: encryptBits(bitsOf(x, K)),
  y: encryptBits(bitsOf(y, K)),
  w: encryptBits(bitsOf(x ^ y, K)),
});
const everyFinding: Finding[] = DIRECTIONS.flatMap((direction): Finding[] =>
  direction === 'same'
    ? [{ direction, index: null }]
    : Array.from({ length: K }, (_, index) => ({ direction, index })),
);
const isSame = (a: Finding, b: Finding): boolean => a.direction === b.direction && a.index === b.index;
const byte = (): number => randomBytes(1)[0]!;

/** All findings whose z encrypts 0. */
function zerosOf(pair: PairCiphertexts<RistrettoCiphertext>): Finding[] {
  const z = evaluate(scheme, keys.publicKey, pair);
  const tester = zeroTester(keys.secretKey);
  return everyFinding.filter(({ direction, index }) =>
    tester.isZero(direction === 'same' ? z.same : z[direction][index!]!),
  );
}

describe('the steps under ristretto255', () => {
  it('have exactly one zero, the true one, for every difference under `magnitude`', () => {
    for (let difference = -255; difference <= 255; difference++) {
      const [x, y] = difference < 0 ? [-difference, 0] : [0, difference];
      const values = comparedValues('magnitude', BigInt(x), BigInt(y));
      const direction = difference === 0 ? 'same' : difference > 0 ? 'rise' : 'fall';
      const index = difference === 0 ? null : 31 - Math.clz32(Math.abs(difference));
      expect(zerosOf(encryptPair(values.x, values.y))).toEqual([{ direction, index }]);
    }
  });

  it('have exactly one zero, the true one, under `bit`', () => {
    const count = trials(300, 65_536);
    for (let trial = 0; trial < count; trial++) {
      const [x, y] = count === 65_536 ? [trial >> 8, trial & 255] : [byte(), byte()];
      const direction = x === y ? 'same' : x < y ? 'rise' : 'fall';
      const index = x === y ? null : 31 - Math.clz32(x ^ y);
      expect(zerosOf(encryptPair(BigInt(x), BigInt(y)))).toEqual([{ direction, index }]);
    }
  });
});

describe('proofs of answers', () => {
  const context = randomBytes(32);
  const verify = (statement: readonly RistrettoCiphertext[], proof: Uint8Array): boolean =>
    scheme.proofs.zeros.verify(keys.publicKey, statement, context, proof);
  const statements = (
    pair: PairCiphertexts<RistrettoCiphertext>,
  ): { finding: Finding; statement: RistrettoCiphertext[] }[] => {
    const z = evaluate(scheme, keys.publicKey, pair);
    return everyFinding.map((finding) => ({
      finding,
      statement: answerStatement(scheme, { publicKey: keys.publicKey, x: pair.x, y: pair.y, z }, finding),
    }));
  };

  it('accept every true one and none of the 16 others, not even forged with the secret key', () => {
    const count = trials(25, 10_000);
    for (let trial = 0; trial < count; trial++) {
      const [x, y] = [BigInt(byte()), trial % 20 === 0 ? undefined : BigInt(byte())];
      const values = { x, y: y ?? x };
      const truth = findDifference(values, K);
      const prover = zeroProver(keys.secretKey, randomBytes);
      for (const { finding, statement } of statements(encryptPair(values.x, values.y))) {
        if (isSame(finding, truth)) {
          if (!verify(statement, prover.prove(statement, context))) throw new Error('a true answer refused');
        } else {
          const forged = forgeZeroProof(keys.secretKey, statement, context, randomBytes);
          if (verify(statement, forged)) throw new Error('a false answer accepted');
          if (trial > 3) continue;
          expect(() => prover.prove(statement, context)).toThrow(
            expect.objectContaining({ code: 'not-zero' }),
          );
        }
      }
    }
  });

  it('prove at most one answer for digits that are not bits: all rise, w = 0', () => {
    const zeros = (): number[] => new Array<number>(K).fill(0);
    const pair = { x: encryptBits(zeros()), y: encryptBits(zeros().map(() => 1)), w: encryptBits(zeros()) };
    expect(zerosOf(pair)).toHaveLength(K + 1);
    const prover = zeroProver(keys.secretKey, randomBytes);
    const provable = statements(pair).filter(({ statement }) => {
      try {
        return verify(statement, prover.prove(statement, context));
      } catch {
        return false;
      }
    });
    expect(provable.map(({ finding }) => finding)).toEqual([{ direction: 'rise', index: K - 1 }]);
  });

  it('prove at most one answer for any small digits', () => {
    const digit = fc.integer({ min: -2, max: 2 });
    const digits = fc.array(digit, { minLength: 3, maxLength: 3 });
    const encryptDigits = (values: readonly number[]): RistrettoCiphertext[] =>
      values.map((value) => scheme.addPlaintext(keys.publicKey, encryptBits([0])[0]!, BigInt(value)));
    const count = trials(40, 2_000);
    fc.assert(
      fc.property(digits, digits, digits, (x, y, w) => {
        const pair = { x: encryptDigits(x), y: encryptDigits(y), w: encryptDigits(w) };
        const z = evaluate(scheme, keys.publicKey, pair);
        const tester = zeroTester(keys.secretKey);
        const provable = everyFinding
          .filter(({ index }) => (index ?? 0) < 3)
          .map((finding) => answerStatement(scheme, { publicKey: keys.publicKey, ...pair, z }, finding))
          .filter((statement) => statement.every((c) => tester.isZero(c)));
        expect(provable.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: count },
    );
  });

  it('do not hold for another order, another number or other ciphertexts', () => {
    const statement = encryptBits([0, 0, 0]);
    const proof = zeroProver(keys.secretKey, randomBytes).prove(statement, context);
    expect(verify(statement, proof)).toBe(true);
    const [a, b, c] = statement as [RistrettoCiphertext, RistrettoCiphertext, RistrettoCiphertext];
    for (const other of [
      [b, a, c],
      [a, b],
      [a, b, c, c],
      [a, b, encryptBits([0])[0]!],
    ]) {
      expect(verify(other, proof)).toBe(false);
    }
  });

  it('hold for computed ciphertexts whose A is the identity, if B is too', () => {
    const [zero] = encryptBits([0]) as [RistrettoCiphertext];
    const nothing = scheme.multiplyPlaintext(keys.publicKey, zero, 0n);
    const one = scheme.addPlaintext(keys.publicKey, nothing, 1n);
    const prover = zeroProver(keys.secretKey, randomBytes);
    expect(verify([nothing], prover.prove([nothing], context))).toBe(true);
    expect(verify([one], forgeZeroProof(keys.secretKey, [one], context, randomBytes))).toBe(false);
  });

  it('survive no change of a byte, of a length or of the context', () => {
    const statement = encryptBits([0, 0]);
    const prover = zeroProver(keys.secretKey, randomBytes);
    const rounds = trials(3, 200);
    for (let round = 0; round < rounds; round++) {
      const proof = prover.prove(statement, context);
      const wrong = [
        proof.subarray(1),
        proof.subarray(0, -1),
        concat(proof, new Uint8Array(1)),
        new Uint8Array(),
      ];
      for (let at = 0; at < proof.length; at++) {
        const changed = Uint8Array.from(proof);
        changed[at]! ^= 1 << (byte() % 8);
        wrong.push(changed);
      }
      if (wrong.some((other) => verify(statement, other))) throw new Error('a mutated proof accepted');
      expect(scheme.proofs.zeros.verify(keys.publicKey, statement, randomBytes(32), proof)).toBe(false);
    }
  });

  it('are refused for no ciphertexts and for ciphertexts of another key', () => {
    const other = keygen(randomBytes);
    const proof = new Uint8Array(48);
    expect(() => verify([], proof)).toThrow(expect.objectContaining({ code: 'bad-statement' }));
    const foreign = encryptBits([0]);
    expect(() => scheme.proofs.zeros.verify(other.publicKey, foreign, context, proof)).toThrow(
      expect.objectContaining({ code: 'wrong-key' }),
    );
  });

  it('do not repeat a nonce when the random bytes repeat', () => {
    const prover = zeroProver(keys.secretKey, (length) => new Uint8Array(length));
    const [one, two] = [encryptBits([0]), encryptBits([0, 0])];
    const repeated = [prover.prove(one, context), prover.prove(one, context)];
    expect(repeated[0]).toEqual(repeated[1]);
    expect(scheme.proofs.zeros.proofLength(keys.publicKey)).toBe(repeated[0]!.length);
    for (const [statement, other] of [
      [two, context],
      [one, randomBytes(32)],
    ] as const) {
      const proofs = [repeated[0]!, prover.prove(statement, other)];
      expect(nonceOf(keys, proofs[0]!)).not.toBe(nonceOf(keys, proofs[1]!));
    }
  });
});

/** z − e·s, which only the key holder can compute. */
function nonceOf({ secretKey }: RistrettoKeyPair, proof: Uint8Array): string {
  const { group } = secretKey;
  const e = new Uint8Array(32);
  e.set(proof.subarray(0, 16));
  const nonce = group.subtractScalars(proof.slice(16), secretKey.multiplyScalar(e));
  return Buffer.from(nonce).toString('hex');
}
