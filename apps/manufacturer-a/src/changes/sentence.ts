import type { ComparisonOutcome, Direction } from '@tacit/comparison';
import type { ComparisonState } from '../comparing/comparison-state';

/** Until the key holder proves her answers, every outcome rests on her word. */
export const NOT_PROVEN = 'not proven';

const VERBS: Readonly<Record<Direction, string>> = { rise: 'rose', fall: 'fell', same: 'did not change' };

/** An outcome in words: `moisture rose by 0.32 to 0.63 g/cm² (not proven)`. */
export function outcomeSentence(quantity: string, { direction, range }: ComparisonOutcome): string {
  const verb = VERBS[direction];
  if (direction === 'same') return `${quantity} ${verb} (${NOT_PROVEN})`;
  const size = range.min === range.max ? range.min : `${range.min} to ${range.max}`;
  return `${quantity} ${verb} by ${size} ${range.unit} (${NOT_PROVEN})`;
}

const STANDINGS: Readonly<Record<Exclude<ComparisonState, 'answered'>, string>> = {
  created: 'the order is being placed',
  ordered: 'waiting for the servicer to deliver',
  delivered: 'being evaluated',
  requested: 'waiting for the answer',
  declined: 'not answered, it was declined',
  disputed: 'not asked, the delivery is disputed',
  expired: 'not answered in time',
  failed: 'it could not be asked',
};

/** Where a comparison stands, in words, while there is no outcome: `moisture: waiting for the answer`. */
export function standingSentence(quantity: string, state: Exclude<ComparisonState, 'answered'>): string {
  return `${quantity}: ${STANDINGS[state]}`;
}
