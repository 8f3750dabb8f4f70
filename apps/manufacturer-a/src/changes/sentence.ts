import type { ComparisonOutcome, Direction } from '@tacit/comparison';
import type { ComparisonState } from '../comparing/comparison-state';

/** What this company has found of an answer's proof; `pending` until it has looked. */
export const PROOFS = ['verified', 'refused', 'pending'] as const;
export type Proof = (typeof PROOFS)[number];

const VERBS: Readonly<Record<Direction, string>> = { rise: 'rose', fall: 'fell', same: 'did not change' };

/**
 * An outcome in words: `moisture rose by 0.32 to 0.63 g/cm², proof verified`. One whose proof was refused is not told:
 * nobody should read it as a change.
 */
export function outcomeSentence(
  quantity: string,
  { direction, range }: ComparisonOutcome,
  proof: Proof,
): string {
  if (proof === 'refused') return `${quantity}: the answer is disputed, its proof does not hold`;
  const verb = VERBS[direction];
  if (direction === 'same') return `${quantity} ${verb}, proof ${proof}`;
  const size = range.min === range.max ? range.min : `${range.min} to ${range.max}`;
  return `${quantity} ${verb} by ${size} ${range.unit}, proof ${proof}`;
}

/** States in which there is always an outcome; a comparison that is `disputed` may have one. */
type AnsweredState = Extract<ComparisonState, 'answered' | 'verified'>;

const STANDINGS: Readonly<Record<Exclude<ComparisonState, AnsweredState>, string>> = {
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
export function standingSentence(quantity: string, state: Exclude<ComparisonState, AnsweredState>): string {
  return `${quantity}: ${STANDINGS[state]}`;
}
