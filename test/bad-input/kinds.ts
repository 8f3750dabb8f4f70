/** What a field, a query parameter or a part of a path may hold, and what it must not. */
export interface Kind {
  readonly good: unknown;
  readonly bad: readonly unknown[];
  /** May be left out. */
  readonly optional?: true;
}

const LONG = 'x'.repeat(70_000);
const DIGITS = '9'.repeat(10_000);
/** Not one of them is a text, a number, or true or false. */
const NOT_PLAIN: readonly unknown[] = [null, [], {}, ['a'], { a: 1 }, { toString: 'x' }, { $gt: '' }];
const NOT_TEXT = [...NOT_PLAIN, 0, 1, -1, 1e308, true, false];
const NOT_A_NUMBER = [...NOT_PLAIN, '', '1', 'NaN', 'Infinity', true, DIGITS];
const HOSTILE_TEXTS = [
  '',
  LONG,
  '\u0000',
  'a\u0000b',
  '../../../../etc/passwd',
  "' OR 1=1; DROP TABLE pair; --",
  '<script>alert(1)</script>',
  '${7*7}',
  '\uD800',
];

export const optional = (kind: Kind): Kind => ({ ...kind, optional: true });

/** A name for people. Most texts are good names, so few are bad. */
export const name = (good: string): Kind => ({ good, bad: [...NOT_TEXT, '', LONG] });

export const decimal = (good: string): Kind => ({
  good,
  bad: [
    ...NOT_TEXT,
    0.45,
    ...HOSTILE_TEXTS,
    DIGITS,
    `0.${DIGITS}`,
    ...[
      'NaN',
      'Infinity',
      '-Infinity',
      '1e309',
      '1e2',
      '1E2',
      '+1',
      '-',
      '-0',
      '-0.0',
      '.5',
      '5.',
      '00.1',
      '1,5',
    ],
    ...['0x10', '0b1', '1_000', ' 1', '1 ', '1\n', '１２', '٣٤', '−1', '½', '1.2.3'],
  ],
});

export const integer = (good: number, min: number, max: number): Kind => ({
  good,
  bad: [...NOT_A_NUMBER, false, min - 1, max + 1, good + 0.5, 1e308, -1e308, 2 ** 53, -(2 ** 53)],
});

export const choice = (good: string | number): Kind => ({
  good,
  bad: [
    ...NOT_PLAIN,
    ...HOSTILE_TEXTS,
    typeof good === 'number' ? String(good) : 7,
    true,
    -1,
    1e308,
    '__proto__',
    'constructor',
    'toString',
    DIGITS,
  ],
});

export const flag: Kind = { good: false, bad: [...NOT_PLAIN, 'true', '', 0, 1, 'false'] };

export const moment = (good: string): Kind => ({
  good,
  bad: [
    ...NOT_TEXT,
    ...HOSTILE_TEXTS,
    DIGITS,
    ...['yesterday', 'NaN', 'Infinity', '0', '2026', '2026-01-31', '2026-02-30T00:00:00.000Z'],
    ...['2026-13-01T00:00:00.000Z', '2026-01-31T25:00:00.000Z', '2026-01-31 00:00:00', '31.01.2026'],
    ...['+275760-09-13T00:00:00.001Z', '-000001-01-01T00:00:00.000Z', '２０２６-01-31T00:00:00.000Z'],
  ],
});

/** 128 bits as base64url. */
export const identifier = (good = 'AAAAAAAAAAAAAAAAAAAAAA'): Kind => ({
  good,
  bad: [
    ...NOT_TEXT,
    ...HOSTILE_TEXTS,
    'AAAA',
    'A'.repeat(21),
    'A'.repeat(23),
    'AAAAAAAAAAAAAAAAAAAAA=',
    '/'.repeat(22),
  ],
});

/** 32 bytes as base64url. */
export const bytes32: Kind = {
  good: 'A'.repeat(43),
  bad: [
    ...NOT_TEXT,
    ...HOSTILE_TEXTS,
    'A'.repeat(42),
    'A'.repeat(44),
    `${'A'.repeat(42)}B`,
    `${'A'.repeat(43)}=`,
    '+'.repeat(43),
  ],
};

/** MSP ID. */
export const company = (good: string): Kind => ({
  good,
  bad: [...NOT_TEXT, ...HOSTILE_TEXTS, '7up', 'a b', 'Ä', 'A'.repeat(65), 'A/B', 'A\n'],
});

export const address = (good: string): Kind => ({
  good,
  bad: [
    ...NOT_TEXT,
    ...HOSTILE_TEXTS,
    ...[
      '127.0.0.1:4002',
      'http://127.0.0.1:80',
      'tcp://127.0.0.1',
      'tcp://127.0.0.1:',
      'tcp://:1',
      'file:///etc/passwd',
    ],
    ...[
      'tcp://127.0.0.1:4002/path',
      'tcp://user@127.0.0.1:4002',
      'tcp://127.0.0.1:４００２',
      'tcp://127.0.0.1:123456',
    ],
  ],
});

export const listOf = (item: Kind, max: number): Kind => ({
  good: [item.good],
  bad: [
    null,
    7,
    '',
    {},
    { 0: item.good, length: 1 },
    [],
    new Array(max + 1).fill(item.good),
    [[item.good]],
    ...item.bad.map((bad) => [bad]),
  ],
});

export const object = (good: unknown, bad: readonly unknown[]): Kind => ({
  good,
  bad: [null, 7, '', 'x', true, [], ['a'], ...bad],
});
