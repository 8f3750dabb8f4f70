import {
  COMPARISON_STATES,
  IllegalTransitionError,
  isRetriable,
  mayFollow,
  requireTransition,
  type ComparisonState,
} from './comparison-state';

const LEGAL: readonly (readonly [ComparisonState, ComparisonState])[] = [
  ['created', 'ordered'],
  ['created', 'failed'],
  ['ordered', 'delivered'],
  ['ordered', 'disputed'],
  ['ordered', 'expired'],
  ['ordered', 'failed'],
  ['delivered', 'requested'],
  ['delivered', 'declined'],
  ['delivered', 'failed'],
  ['requested', 'answered'],
  ['requested', 'declined'],
  ['requested', 'expired'],
  ['requested', 'failed'],
  ['answered', 'verified'],
  ['answered', 'disputed'],
  ['answered', 'failed'],
  ['declined', 'created'],
  ['disputed', 'created'],
  ['expired', 'created'],
  ['expired', 'answered'],
  ['failed', 'created'],
];

describe('states of a comparison', () => {
  it.each(COMPARISON_STATES.flatMap((from) => COMPARISON_STATES.map((to) => [from, to] as const)))(
    '%s → %s',
    (from, to) => {
      const legal = LEGAL.some(([a, b]) => a === from && b === to);
      expect(mayFollow(from, to)).toBe(legal);
      if (legal) requireTransition(from, to);
      else
        expect(() => {
          requireTransition(from, to);
        }).toThrow(IllegalTransitionError);
    },
  );

  it('never leaves verified, and reaches it only from answered', () => {
    expect(COMPARISON_STATES.filter((to) => mayFollow('verified', to))).toEqual([]);
    expect(COMPARISON_STATES.filter((from) => mayFollow(from, 'verified'))).toEqual(['answered']);
  });

  it('tries again only what has ended without an answer', () => {
    const retriable = (outcome: unknown): ComparisonState[] =>
      COMPARISON_STATES.filter((state) => isRetriable({ state, outcome }));
    expect(retriable(null)).toEqual(['declined', 'disputed', 'expired', 'failed']);
    expect(retriable({ direction: 'rise' })).toEqual([]);
  });

  it('reaches answered only after a request', () => {
    expect(COMPARISON_STATES.filter((from) => mayFollow(from, 'answered'))).toEqual(['requested', 'expired']);
  });
});
