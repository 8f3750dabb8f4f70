import { conclude, type Finding, type Measure } from '@tacit/comparison';
import { outcomeSentence, standingSentence } from './sentence';

function say(measure: Measure, finding: Finding): string {
  return outcomeSentence('moisture', conclude({ measure, scale: 2, unit: 'g/cm²' }, finding));
}

describe('an outcome in words', () => {
  it.each([
    ['magnitude', 'rise', 5, 'moisture rose by 0.32 to 0.63 g/cm² (not proven)'],
    ['magnitude', 'fall', 2, 'moisture fell by 0.04 to 0.07 g/cm² (not proven)'],
    ['bit', 'rise', 7, 'moisture rose by 0.01 to 2.55 g/cm² (not proven)'],
    ['bit', 'fall', 2, 'moisture fell by 0.01 to 0.07 g/cm² (not proven)'],
    ['magnitude', 'rise', 0, 'moisture rose by 0.01 g/cm² (not proven)'],
    ['magnitude', 'same', null, 'moisture did not change (not proven)'],
    ['bit', 'same', null, 'moisture did not change (not proven)'],
  ] as const)('%s %s %s', (measure, direction, index, expected) => {
    expect(say(measure, { direction, index })).toBe(expected);
  });

  it('says where a comparison stands while there is none', () => {
    expect(standingSentence('moisture', 'requested')).toBe('moisture: waiting for the answer');
  });
});
