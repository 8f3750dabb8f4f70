import { TacitError } from '@tacit/core';

/** Named after the messages of the protocol; the last five are ends, each with a reason unless it is `verified`. */
export const COMPARISON_STATES = [
  'created',
  'ordered',
  'delivered',
  'requested',
  'answered',
  'verified',
  'declined',
  'disputed',
  'expired',
  'failed',
] as const;
export type ComparisonState = (typeof COMPARISON_STATES)[number];

/**
 * What may follow a state. `declined`, `disputed`, `expired` and `failed` can be tried again, from the order on; not,
 * however, what is disputed because its answer's proof does not hold: that answer is on the ledger for good.
 * An answer that the ledger shows after this company's clock called the request expired still counts.
 */
const SUCCESSORS: Readonly<Record<ComparisonState, readonly ComparisonState[]>> = {
  created: ['ordered', 'failed'],
  ordered: ['delivered', 'disputed', 'expired', 'failed'],
  delivered: ['requested', 'declined', 'failed'],
  requested: ['answered', 'declined', 'expired', 'failed'],
  answered: ['verified', 'disputed', 'failed'],
  verified: [],
  declined: ['created'],
  disputed: ['created'],
  expired: ['created', 'answered'],
  failed: ['created'],
};

/** A mistake in the program: a step was taken that the protocol does not have. */
export class IllegalTransitionError extends TacitError<'illegal-transition'> {
  override readonly name = 'IllegalTransitionError';
}

export function mayFollow(from: ComparisonState, to: ComparisonState): boolean {
  return SUCCESSORS[from].includes(to);
}

/** @throws IllegalTransitionError */
export function requireTransition(from: ComparisonState, to: ComparisonState): void {
  if (!mayFollow(from, to)) {
    throw new IllegalTransitionError('illegal-transition', `a comparison does not go from ${from} to ${to}`);
  }
}

/** Has it ended without an answer, so that it can be tried again? */
export function isRetriable({
  state,
  outcome,
}: {
  readonly state: ComparisonState;
  readonly outcome: unknown;
}): boolean {
  return mayFollow(state, 'created') && outcome === null;
}

/** Is it on its way to an answer that will take a slot of the budget, but has none yet? */
export const BEFORE_REQUEST: readonly ComparisonState[] = ['created', 'ordered', 'delivered'];
