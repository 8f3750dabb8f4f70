import { conclude, type Finding, type Measure } from '@tacit/comparison';
import { outcomeSentence, standingSentence, type Proof } from './sentence';

function say(measure: Measure, finding: Finding, proof: Proof = 'verified'): string {
  return outcomeSentence('moisture', conclude({ measure, scale: 2, unit: 'g/cm²' }, finding), proof);
}

describe('an outcome in words', () => {
  it.each([
    ['magnitude', 'rise', 5, 'moisture rose by 0.32 to 0.63 g/cm², proof verified'],
    ['magnitude', 'fall', 2, 'moisture fell by 0.04 to 0.07 g/cm², proof verified'],
    ['bit', 'rise', 7, 'moisture rose by 0.01 to 2.55 g/cm², proof verified'],
    ['bit', 'fall', 2, 'moisture fell by 0.01 to 0.07 g/cm², proof verified'],
    ['magnitude', 'rise', 0, 'moisture rose by 0.01 g/cm², proof verified'],
    ['magnitude', 'same', null, 'moisture did not change, proof verified'],
    ['bit', 'same', null, 'moisture did not change, proof verified'],
  ] as const)('%s %s %s', (measure, direction, index, expected) => {
    expect(say(measure, { direction, index })).toBe(expected);
  });

  it('says so while the proof has not been checked', () => {
    expect(say('magnitude', { direction: 'rise', index: 5 }, 'pending')).toBe(
      'moisture rose by 0.32 to 0.63 g/cm², proof pending',
    );
  });

  it('does not tell an outcome whose proof was refused', () => {
    expect(say('magnitude', { direction: 'rise', index: 5 }, 'refused')).toBe(
      'moisture: the answer is disputed, its proof does not hold',
    );
  });

  it('says where a comparison stands while there is none', () => {
    expect(standingSentence('moisture', 'requested')).toBe('moisture: waiting for the answer');
  });
});
