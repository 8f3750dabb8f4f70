import { findDifference } from './answer';
import { conclude, previewOutcomes } from './conclude';
import { comparedValues } from './pair';
import { agreement } from './published-pair.fixture';

describe('conclusions', () => {
  const series = ['0.45', '0.41', '0.76', '1.32'];
  const terms = { ...agreement, bits: 32 };
  const words = (measure: 'bit' | 'magnitude'): string[] =>
    previewOutcomes({ ...terms, measure }, series).map(
      ({ direction, index, range }) => `${direction} ${index} ${range.min}-${range.max} ${range.unit}`,
    );

  it('of the published case are those of the paper, told as ranges', () => {
    expect(words('bit')).toEqual([
      'fall 2 0.01-0.07 g/cm²',
      'rise 6 0.01-1.27 g/cm²',
      'rise 7 0.01-2.55 g/cm²',
    ]);
    expect(words('magnitude')).toEqual([
      'fall 2 0.04-0.07 g/cm²',
      'rise 5 0.32-0.63 g/cm²',
      'rise 5 0.32-0.63 g/cm²',
    ]);
  });

  it('bound the true difference for all pairs of 8-bit values, tightly under magnitude', () => {
    for (let x = 0; x < 256; x++) {
      for (let y = 0; y < 256; y++) {
        for (const measure of ['bit', 'magnitude'] as const) {
          const finding = findDifference(comparedValues(measure, BigInt(x), BigInt(y)), 8);
          const { range } = conclude({ measure, scale: 0, unit: '' }, finding);
          const difference = Math.abs(x - y);
          if (Number(range.min) > difference || Number(range.max) < difference)
            throw new Error(`${measure} ${x} ${y}`);
          if (measure === 'magnitude' && Number(range.max) >= 2 * Math.max(difference, 1))
            throw new Error('not tight');
        }
      }
    }
  });

  it('of equal readings are no change', () => {
    expect(previewOutcomes(terms, ['1', '1'])).toEqual([
      { direction: 'same', index: null, range: { min: '0.00', max: '0.00', unit: 'g/cm²' } },
    ]);
  });
});
