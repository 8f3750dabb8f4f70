import type { LedgerKey } from '@tacit/contracts';
import fc from 'fast-check';
import { decodeKey, encodeKey, keyRange } from './keys';

const part = fc
  .string({ minLength: 1, unit: 'binary' })
  .filter((text) => !/[\0\u{10ffff}\p{Surrogate}]/u.test(text));
const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts as unknown as LedgerKey);

const isWithin = (candidate: LedgerKey, prefix: LedgerKey): boolean => {
  const { from, to } = keyRange(prefix);
  const bytes = encodeKey(candidate);
  return Buffer.compare(bytes, from) >= 0 && Buffer.compare(bytes, to) < 0;
};

it('every key has one encoding and comes back from it', () => {
  fc.assert(
    fc.property(key, (parts) => {
      expect(decodeKey(encodeKey(parts))).toEqual(parts);
    }),
  );
});

it('a prefix’s range holds exactly the keys that start with its parts', () => {
  fc.assert(
    fc.property(key, key, (a, b) => {
      const startsWith = b.every((text, i) => a[i] === text);
      expect(isWithin(a, b)).toBe(startsWith);
      expect(isWithin([...b, ...a], b)).toBe(true);
      expect(isWithin([`${b[0]}x`, ...b.slice(1)], b)).toBe(false);
    }),
  );
});

it.each([[['a', '']], [['']], [['a\0b']], [['a', '\u{10ffff}']], [['\ud83d']], [['a', '\udc00x']]])(
  'refuses %j',
  (parts) => {
    expect(() => encodeKey(parts as unknown as LedgerKey)).toThrow('non-empty text');
  },
);
