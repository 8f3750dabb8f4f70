import { validateSync } from 'class-validator';
import { IsLabel } from './labels';
import { IsUtcTime, parseUtcTime } from './utc-time';

class Body {
  @IsLabel(8)
  name: unknown;

  @IsUtcTime()
  at: unknown;
}

function faults(name: unknown, at: unknown = '2026-01-31T00:00:00.000Z'): string[] {
  return validateSync(Object.assign(new Body(), { name, at })).map(({ property }) => property);
}

describe('a label', () => {
  it.each(['moisture', 'g/cm²', 'a b', '湿度', 'x'])('is %s', (text) => {
    expect(faults(text)).toEqual([]);
  });

  it.each([
    ['nothing', undefined],
    ['no text', ''],
    ['too much text', 'x'.repeat(9)],
    ['a number', 5],
    ['a list', ['x']],
    ['a space before', ' x'],
    ['a space after', 'x '],
    ['a line break', 'x\ny'],
    ['a NUL', 'x\0'],
    ['half a character', 'x\ud800'],
  ])('is not %s', (_name, value) => {
    expect(faults(value)).toEqual(['name']);
  });
});

describe('a time', () => {
  it.each([
    ['2026-01-31T00:00:00.000Z', Date.UTC(2026, 0, 31)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['1970-01-01T00:00:00.0Z', 0],
  ])('%s is read', (text, expected) => {
    expect(parseUtcTime(text)).toBe(expected);
    expect(faults('x', text)).toEqual([]);
  });

  it.each([
    '2026-02-30T00:00:00.000Z',
    '2025-02-29T00:00:00.000Z',
    '2026-01-31T24:00:00.000Z',
    '2026-01-31T00:60:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2026-01-31T00:00:00.000+01:00',
    '2026-01-31',
    '+002026-01-31T00:00:00.000Z',
    1769817600000,
    null,
    {},
  ])('%j is refused', (value) => {
    expect(parseUtcTime(value)).toBeUndefined();
    expect(faults('x', value)).toEqual(['at']);
  });
});
