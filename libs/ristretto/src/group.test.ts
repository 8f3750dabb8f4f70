import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '@tacit/core';
import fc from 'fast-check';
import vectors from '../../../test/vectors/ristretto255.json';
import { BASE, IDENTITY, ORDER, type Group } from './group';
import { nobleGroup } from './noble-group';
import { choose, drawScalar, isScalar, scalarOf, smallScalar } from './scalars';
import { ready, sodiumGroup } from './sodium-group';

const groups: readonly [string, Group][] = [
  ['libsodium', sodiumGroup],
  ['@noble/curves', nobleGroup],
];

it('libsodium is refused before it is ready', () => {
  expect(() => sodiumGroup.add(BASE, BASE)).toThrow(expect.objectContaining({ code: 'not-ready' }));
});

describe.each(groups)('ristretto255 by %s, RFC 9496', (_, group) => {
  beforeAll(ready);

  it('has the small multiples of G', () => {
    let sum = IDENTITY;
    for (const [n, expected] of vectors.multiples.entries()) {
      expect(toHex(group.multiplyBase(smallScalar(n)))).toBe(expected);
      expect(toHex(group.multiply(smallScalar(n), BASE))).toBe(expected);
      expect(toHex(sum)).toBe(expected);
      expect(group.isElement(fromHex(expected))).toBe(true);
      sum = group.add(sum, BASE);
    }
  });

  it.each(Object.entries(vectors.invalid))('refuses encodings: %s', (_reason, encodings) => {
    for (const encoding of encodings) expect(group.isElement(fromHex(encoding))).toBe(false);
  });

  it('refuses a second spelling of every small multiple, and other lengths', () => {
    for (const encoding of vectors.multiples.slice(1).map(fromHex)) {
      const top = Uint8Array.from(encoding);
      top[31]! |= 0x80;
      for (const other of [top, encoding.subarray(1), Uint8Array.of(...encoding, 0)]) {
        expect(group.isElement(other)).toBe(false);
      }
    }
  });

  it('has order L', () => {
    expect(group.multiplyBase(scalarOf(ORDER))).toEqual(IDENTITY);
    expect(group.add(group.multiplyBase(scalarOf(ORDER - 1n)), BASE)).toEqual(IDENTITY);
    expect(group.subtract(BASE, BASE)).toEqual(IDENTITY);
    expect(group.multiply(smallScalar(7), IDENTITY)).toEqual(IDENTITY);
  });
});

describe('the two implementations', () => {
  beforeAll(ready);
  const edges = [0n, 1n, 2n, 3n, ORDER - 1n, ORDER - 2n, ORDER / 2n, 1n << 128n, 1n << 252n];
  const scalar = fc
    .oneof(fc.constantFrom(...edges), fc.bigInt(0n, ORDER - 1n), fc.bigInt(0n, (1n << 128n) - 1n))
    .map(scalarOf);
  const element = scalar.map((n) => sodiumGroup.multiplyBase(n));

  it('agree byte for byte on every operation', () => {
    fc.assert(
      fc.property(scalar, scalar, element, element, (a, b, p, q) => {
        const results = groups.map(([, group]) => [
          group.add(p, q),
          group.subtract(p, q),
          group.multiplyBase(a),
          group.multiply(a, p),
          group.addScalars(a, b),
          group.subtractScalars(a, b),
          group.multiplyScalars(a, b),
        ]);
        expect(results[0]!.map(toHex)).toEqual(results[1]!.map(toHex));
        expect(results[0]!.slice(4).every(isScalar)).toBe(true);
      }),
    );
  });

  it('reduce the same and accept the same', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(64), bytes(32), (wide, encoding) => {
        expect(toHex(sodiumGroup.reduceScalar(wide))).toBe(toHex(nobleGroup.reduceScalar(wide)));
        encoding[0]! &= 0xfe;
        encoding[31]! &= 0x7f;
        expect(sodiumGroup.isElement(encoding)).toBe(nobleGroup.isElement(encoding));
      }),
      { numRuns: 500 },
    );
  });
});

describe('scalars', () => {
  beforeAll(ready);

  it('are drawn again when they are 0', () => {
    const draws = [
      new Uint8Array(64),
      Uint8Array.of(...scalarOf(ORDER), ...new Uint8Array(32)),
      randomBytes(64),
    ];
    const left = draws.values();
    const drawn = drawScalar(sodiumGroup, () => left.next().value!);
    expect(toHex(drawn)).toBe(toHex(sodiumGroup.reduceScalar(draws[2]!)));
  });

  it('are below L', () => {
    const bytes = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0')).reverse();
    expect([0n, 1n, ORDER - 1n].map((value) => isScalar(bytes(value)))).toEqual([true, true, true]);
    expect([ORDER, ORDER + 1n, (1n << 256n) - 1n].some((value) => isScalar(bytes(value)))).toBe(false);
    expect(isScalar(new Uint8Array(31))).toBe(false);
  });

  it('are chosen by a bit', () => {
    const [yes, no] = [randomBytes(32), randomBytes(32)];
    expect([choose(1, yes, no), choose(0, yes, no)].map(toHex)).toEqual([yes, no].map(toHex));
  });
});
