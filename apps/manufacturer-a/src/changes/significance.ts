import type { ComparisonOutcome, Direction, Measure } from '@tacit/comparison';
import { compareDecimals } from './decimal';

/** `any`: rises and falls. */
export const ALERT_DIRECTIONS = ['rise', 'fall', 'any'] as const;
export type AlertDirection = (typeof ALERT_DIRECTIONS)[number];

export interface Limit {
  /** Decimal text above 0, in the quantity's unit. */
  readonly limit: string;
  readonly direction: AlertDirection;
}

/** An outcome and the month of the reading that it ends with. */
export interface DatedOutcome {
  readonly month: number;
  readonly measure: Measure;
  readonly outcome: Pick<ComparisonOutcome, 'direction' | 'range'>;
}

/**
 * Is the change certainly at least the limit? Under `bit` the least possible change is one step whatever happened, so
 * only `magnitude` can tell.
 */
export function isSignificant(
  { measure, outcome }: Omit<DatedOutcome, 'month'>,
  { limit, direction }: Limit,
): boolean {
  return (
    measure === 'magnitude' &&
    isInDirection(outcome.direction, direction) &&
    compareDecimals(outcome.range.min, limit) >= 0
  );
}

/** Month of the first outcome that is significant by any of the limits; null when there is none. */
export function firstSignificantChange(
  outcomes: readonly DatedOutcome[],
  limits: readonly Limit[],
): number | null {
  const months = outcomes
    .filter((outcome) => limits.some((limit) => isSignificant(outcome, limit)))
    .map(({ month }) => month);
  return months.length === 0 ? null : Math.min(...months);
}

/** The smallest of the limits, as it was written; null when there is none. */
export function smallestLimit(limits: readonly Limit[]): string | null {
  const [smallest] = limits.map(({ limit }) => limit).sort(compareDecimals);
  return smallest ?? null;
}

function isInDirection(direction: Direction, wanted: AlertDirection): boolean {
  return direction !== 'same' && (wanted === 'any' || wanted === direction);
}
