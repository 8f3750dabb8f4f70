import fc from 'fast-check';
import { monthNumber } from './months';

const at = (text: string): number => Date.parse(text);

describe('month numbers', () => {
  it.each([
    ['the first reading itself', '2026-01-31T00:00:00.000Z', '2026-01-31T00:00:00.000Z', 1],
    ['a later reading in the same month', '2026-01-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', 1],
    ['the first instant of the next month', '2026-02-01T00:00:00.000Z', '2026-01-31T23:59:59.999Z', 2],
    ['a short month', '2026-02-28T12:00:00.000Z', '2026-01-31T12:00:00.000Z', 2],
    ['the end of a year', '2027-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z', 2],
    ['a whole year', '2027-01-15T00:00:00.000Z', '2026-01-31T00:00:00.000Z', 13],
    ['two ends of years', '2028-02-29T00:00:00.000Z', '2026-11-01T00:00:00.000Z', 16],
    ['a time before the first reading', '2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00.000Z', 0],
  ])('%s', (_name, time, first, expected) => {
    expect(monthNumber(at(time), at(first))).toBe(expected);
  });

  it('depends on the calendar months only', () => {
    const instant = fc.date({
      min: new Date('1970-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instant, instant, (time, first) => {
        const start = (date: Date): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
        expect(monthNumber(time.getTime(), first.getTime())).toBe(monthNumber(start(time), start(first)));
      }),
    );
  });
});
