import fc from 'fast-check';
import {
  bigintToBytes,
  bytesToBigint,
  canonicalBytes,
  concat,
  equalBytes,
  fromBase64url,
  fromHex,
  lengthPrefixed,
  parseCanonical,
  recordHash,
  toBase64url,
  toHex,
  transcriptHash,
  u32be,
  u64be,
  utf8,
} from '@tacit/core';
import { createHash } from 'node:crypto';

describe('bytes', () => {
  it('agrees with Node on base64url and hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const node = Buffer.from(bytes);
        expect(toBase64url(bytes)).toBe(node.toString('base64url'));
        expect(equalBytes(fromBase64url(toBase64url(bytes)), bytes)).toBe(true);
        expect(toHex(bytes)).toBe(node.toString('hex'));
        expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
        expect(bytesToBigint(bytes)).toBe(bytes.length ? BigInt(`0x${node.toString('hex')}`) : 0n);
      }),
    );
  });

  it.each(['A', 'AA=', 'AA==', 'A B', 'A+/A', 'AB', 'AAF', 'é234'])('refuses %j as base64url', (text) => {
    expect(() => fromBase64url(text)).toThrow('base64url');
  });

  it.each(['0', 'AB', 'zz', '0x'])('refuses %j as hex', (text) => {
    expect(() => fromHex(text)).toThrow('hexadecimal');
  });

  it('writes integers big-endian and refuses what does not fit', () => {
    expect(toHex(u32be(258))).toBe('00000102');
    expect(toHex(u64be(258))).toBe('0000000000000102');
    expect(toHex(bigintToBytes(258n, 3))).toBe('000102');
    for (const bad of [-1, 1.5, NaN, 2 ** 32]) expect(() => u32be(bad)).toThrow('32-bit');
    for (const bad of [-1, 1.5, NaN, 2 ** 53, 1n << 64n, -1n]) expect(() => u64be(bad)).toThrow('64-bit');
    expect(() => bigintToBytes(65536n, 2)).toThrow('2 bytes');
    expect(() => bigintToBytes(-1n, 2)).toThrow('negative');
  });

  it('tells different bytes apart', () => {
    expect(equalBytes(utf8('ab'), utf8('ab'))).toBe(true);
    expect(equalBytes(utf8('ab'), utf8('ac'))).toBe(false);
    expect(equalBytes(utf8('ab'), utf8('abc'))).toBe(false);
  });
});

describe('transcript', () => {
  it('is SHA-256 over length-prefixed label and fields', () => {
    const expected = createHash('sha256')
      .update(
        concat(lengthPrefixed(utf8('tacit/v1/key')), lengthPrefixed(utf8('a')), lengthPrefixed(u64be(1))),
      )
      .digest('hex');
    expect(toHex(transcriptHash('key', 'a', u64be(1)))).toBe(expected);
  });

  it('does not confuse lists of fields that concatenate alike', () => {
    expect(transcriptHash('x', 'ab', 'c')).not.toEqual(transcriptHash('x', 'a', 'bc'));
    expect(transcriptHash('x', 'abc')).not.toEqual(transcriptHash('x', 'abc', ''));
    expect(transcriptHash('xa', 'bc')).not.toEqual(transcriptHash('x', 'abc'));
  });
});

describe('canonical JSON', () => {
  it('sorts keys and hashes one form only', () => {
    expect(new TextDecoder().decode(canonicalBytes({ b: 1, a: [true, null, 'é'] }))).toBe(
      '{"a":[true,null,"é"],"b":1}',
    );
    expect(recordHash('t', { b: 1, a: 2 })).toBe(recordHash('t', { a: 2, b: 1 }));
    expect(recordHash('t', { a: 2 })).not.toBe(recordHash('u', { a: 2 }));
  });

  it.each([0.5, NaN, Infinity, 2 ** 53])('refuses the number %p', (value) => {
    expect(() => canonicalBytes({ deep: [{ value }] })).toThrow('safe integers');
  });

  it('refuses a second spelling', () => {
    expect(parseCanonical(utf8('{"a":1}'))).toEqual({ a: 1 });
    for (const text of ['{ "a":1}', '{"b":1,"a":1}', '{"a":1.0}', '{"a":1,"a":1}']) {
      expect(() => parseCanonical(utf8(text))).toThrow('RFC 8785');
    }
    expect(() => parseCanonical(utf8('{'))).toThrow('not JSON');
    expect(() => parseCanonical(Uint8Array.of(0xff))).toThrow('not JSON');
    expect(() => parseCanonical(utf8('\uFEFF{"a":1}'))).toThrow('not JSON');
  });
});
