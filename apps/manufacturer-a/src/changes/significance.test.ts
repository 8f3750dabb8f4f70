import { conclude, type Direction, type Measure } from '@tacit/comparison';
import { firstSignificantChange, isSignificant, smallestLimit, type DatedOutcome } from './significance';

const TERMS = { scale: 2, unit: 'g/cm²' };

function dated(month: number, measure: Measure, direction: Direction, index: number | null): DatedOutcome {
  return { month, measure, outcome: conclude({ ...TERMS, measure }, { direction, index }) };
}

/** The published case: 0.45, 0.41, 0.76, 1.32 g/cm², by both measures. */
const MOISTURE = [
  dated(2, 'bit', 'fall', 2),
  dated(3, 'bit', 'rise', 6),
  dated(4, 'bit', 'rise', 7),
  dated(2, 'magnitude', 'fall', 2),
  dated(3, 'magnitude', 'rise', 5),
  dated(4, 'magnitude', 'rise', 5),
];

describe('the first significant change', () => {
  it.each([
    ['0.10', 'any', 3],
    ['0.10', 'rise', 3],
    ['0.10', 'fall', null],
    ['0.04', 'any', 2],
    ['0.04', 'rise', 3],
    ['0.05', 'fall', null],
    ['0.32', 'any', 3],
    ['0.33', 'any', null],
  ] as const)('at a limit of %s (%s) is in month %s', (limit, direction, month) => {
    expect(firstSignificantChange(MOISTURE, [{ limit, direction }])).toBe(month);
  });

  it('does not depend on the order of the outcomes', () => {
    expect(firstSignificantChange(MOISTURE.toReversed(), [{ limit: '0.10', direction: 'any' }])).toBe(3);
  });

  it('is the first by any of several limits', () => {
    const limits = [
      { limit: '0.30', direction: 'rise' },
      { limit: '0.04', direction: 'fall' },
    ] as const;
    expect(firstSignificantChange(MOISTURE, limits)).toBe(2);
  });

  it('is none without a limit or without an outcome', () => {
    expect(firstSignificantChange(MOISTURE, [])).toBeNull();
    expect(firstSignificantChange([], [{ limit: '0.10', direction: 'any' }])).toBeNull();
  });

  it('never rests on the bit measure, whose least change is always one step', () => {
    const bits = MOISTURE.filter(({ measure }) => measure === 'bit');
    expect(firstSignificantChange(bits, [{ limit: '0.01', direction: 'any' }])).toBeNull();
  });
});

describe('significance', () => {
  it('includes the limit itself', () => {
    expect(isSignificant(dated(3, 'magnitude', 'rise', 5), { limit: '0.320', direction: 'any' })).toBe(true);
  });

  it('is never about a quantity that did not change', () => {
    const unchanged = dated(3, 'magnitude', 'same', null);
    expect(isSignificant(unchanged, { limit: '0', direction: 'any' })).toBe(false);
  });
});

describe('the smallest limit', () => {
  it('is found by value, not by text', () => {
    const limits = ['10', '9.5', '0.50', '0.5000001'].map((limit) => ({ limit, direction: 'any' as const }));
    expect(smallestLimit(limits)).toBe('0.50');
  });

  it('is null when there is none', () => {
    expect(smallestLimit([])).toBeNull();
  });
});
