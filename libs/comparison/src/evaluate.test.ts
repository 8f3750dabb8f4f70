import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { bytesToBigint, type Ciphertext } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierScheme,
  testProfile,
  zeroTester,
  type PaillierCiphertext,
} from '@tacit/paillier';
import ts from 'typescript';
import { findDifference, markedCiphertext, type Finding } from './answer';
import { clear, clearKey, clearScheme } from './clear-scheme.fixture';
import { evaluate, type Evaluation } from './evaluate';
import { bitsOf, comparedValues } from './pair';
import { MEASURES, type Measure } from './agreement';

/** Every finding whose ciphertext encrypts zero. */
function zeros<C extends Ciphertext>(z: Evaluation<C>, isZero: (c: C) => boolean): Finding[] {
  const at = (direction: 'rise' | 'fall'): Finding[] =>
    z[direction].flatMap((c, index) => (isZero(c) ? [{ direction, index }] : []));
  return [
    ...at('rise'),
    ...at('fall'),
    ...(isZero(z.same) ? [{ direction: 'same' as const, index: null }] : []),
  ];
}

const isOnly = (found: readonly Finding[], { direction, index }: Finding): boolean =>
  found.length === 1 && found[0]?.direction === direction && found[0].index === index;

/** The same by definition, without the protocol. */
function expected(measure: Measure, x: number, y: number): Finding {
  if (x === y) return { direction: 'same', index: null };
  const marked = measure === 'bit' ? x ^ y : Math.abs(x - y);
  return { direction: x < y ? 'rise' : 'fall', index: 31 - Math.clz32(marked) };
}

function forEveryPairOfBytes(visit: (x: number, y: number) => void): void {
  for (let x = 0; x < 256; x++) for (let y = 0; y < 256; y++) visit(x, y);
}

function clearZeros(x: bigint, y: bigint, k: number, run = evaluate): Finding[] {
  const bits = (value: bigint) => bitsOf(value, k).map((bit) => clear(BigInt(bit)));
  const z = run(clearScheme, clearKey, { x: bits(x), y: bits(y), w: bits(x ^ y) });
  return zeros(z, ({ value }) => value === 0n);
}

describe('evaluate', () => {
  it.each(MEASURES)(
    'has exactly one zero, the true one, for all 65,536 pairs of 8-bit values under %s',
    (measure) => {
      let wrong = 0;
      forEveryPairOfBytes((x, y) => {
        const values = comparedValues(measure, BigInt(x), BigInt(y));
        const found = clearZeros(values.x, values.y, 8);
        if (!isOnly(found, expected(measure, x, y))) wrong++;
      });
      expect(wrong).toBe(0);
    },
  );

  // The wrong readings of the paper that a test must notice, each applied to the source; the counts are those of
  // all 65,536 pairs for which the mutant's zeros are not the one true finding.
  const mutants: readonly [string, string, string, number][] = [
    ['sum over the less significant bits', 'let i = k - 1; i >= 0; i--', 'let i = 0; i < k; i++', 63_232],
    ['multiplier 2', 'above, 3n', 'above, 2n', 31_616],
    ['multiplier 1', 'above, 3n', 'above, 1n', 47_872],
    [
      'sum that includes the bit itself',
      'const [xi, minusYi, wi] = [at(x, i), at(negatedY, i), at(w, i)];',
      'const [xi, minusYi, wi] = [at(x, i), at(negatedY, i), at(w, i)]; above = above ? scheme.add(publicKey, above, wi) : wi;',
      65_280,
    ],
  ];
  it.each(mutants)('notices the mutant: %s', (_, original, replacement, figure) => {
    const source = readFileSync(join(__dirname, 'evaluate.ts'), 'utf8');
    expect(source.split(original)).toHaveLength(2);
    let mutated = source.replace(original, replacement);
    if (figure === 65_280)
      mutated = mutated.replace('above = above ? scheme.add(publicKey, above, wi) : wi;\n  }', '}');
    const module = { exports: {} as { evaluate: typeof evaluate } };
    const { outputText } = ts.transpileModule(mutated, {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    });
    const load = compileFunction(outputText, ['exports', 'require']) as (...args: unknown[]) => void;
    load(module.exports, jest.requireActual);
    let wrong = 0;
    forEveryPairOfBytes((x, y) => {
      const found = clearZeros(BigInt(x), BigInt(y), 8, module.exports.evaluate);
      if (!isOnly(found, expected('bit', x, y))) wrong++;
    });
    expect(wrong).toBe(figure);
  });

  it('refuses vectors of different or no length', () => {
    const bit = clear(0n);
    for (const [x, y, w] of [
      [[], [], []],
      [[bit], [], [bit]],
      [[bit], [bit], [bit, bit]],
    ] as const) {
      expect(() => evaluate(clearScheme, clearKey, { x: [...x], y: [...y], w: [...w] })).toThrow(
        'one length',
      );
    }
  });
});

describe('evaluate under Paillier', () => {
  const profile = testProfile(32);
  const scheme = paillierScheme(profile);
  const { publicKey, secretKey } = keygen(profile);
  const tester = zeroTester(secretKey);

  // Nonce factors are single-use; a stock of encrypted bits, drawn at random, keeps this exhaustive and quick.
  const STOCK = 512;
  const factors = makeNonceFactors(secretKey, 2 * STOCK, 'uniform', randomBytes);
  const encryptor = bitEncryptor(publicKey, factors);
  const stock = [0, 1].map((bit) => Array.from({ length: STOCK }, () => encryptor.encryptBit(bit as 0 | 1)));
  let drawn = 0;
  const encrypt = (value: bigint, k: number): PaillierCiphertext[] =>
    bitsOf(value, k).map((bit) => stock[bit]![(drawn = (drawn * 5 + 1) % STOCK)]!);

  function paillierZeros(
    x: bigint,
    y: bigint,
    k: number,
  ): { z: Evaluation<PaillierCiphertext>; found: Finding[] } {
    const z = evaluate(scheme, publicKey, { x: encrypt(x, k), y: encrypt(y, k), w: encrypt(x ^ y, k) });
    return { z, found: zeros(z, (c) => tester.isZero(c)) };
  }

  it('agrees with the definition for all 65,536 pairs of 8-bit values under both measures', () => {
    let wrong = 0;
    const magnitudes = new Map<bigint, Finding[]>();
    forEveryPairOfBytes((x, y) => {
      const { found } = paillierZeros(BigInt(x), BigInt(y), 8);
      if (!isOnly(found, expected('bit', x, y))) wrong++;
      // Under `magnitude` only 511 pairs of compared values exist; each is encrypted and evaluated once.
      const values = comparedValues('magnitude', BigInt(x), BigInt(y));
      const key = values.x - values.y;
      const magnitude = magnitudes.get(key) ?? paillierZeros(values.x, values.y, 8).found;
      magnitudes.set(key, magnitude);
      if (!isOnly(magnitude, expected('magnitude', x, y))) wrong++;
    });
    expect(magnitudes.size).toBe(511);
    expect(wrong).toBe(0);
  });

  it.each([32, 64])('agrees with the plaintext search for 10,000 random pairs of %i bits', (k) => {
    const random = (): bigint => {
      const bytes = crypto.getRandomValues(new Uint8Array(k / 8));
      return bytesToBigint(bytes);
    };
    let wrong = 0;
    for (let trial = 0; trial < 10_000; trial++) {
      const x = random();
      // Half of the pairs share a random number of leading bits, so that every index occurs.
      const y = trial % 2 === 0 ? random() : x ^ (random() >> BigInt(trial % k));
      const finding = findDifference({ x, y }, k);
      // The z at the finding is zero and its neighbours are not; all 2k + 1 are looked at every hundredth time.
      const z = evaluate(scheme, publicKey, { x: encrypt(x, k), y: encrypt(y, k), w: encrypt(x ^ y, k) });
      if (!tester.isZero(markedCiphertext(z, finding))) wrong++;
      const look = trial % 100 === 0;
      if (
        look &&
        !isOnly(
          zeros(z, (c) => tester.isZero(c)),
          finding,
        )
      )
        wrong++;
    }
    expect(wrong).toBe(0);
  });
});
