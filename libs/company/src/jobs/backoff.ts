const FIRST_DELAY = 100;
export const LONGEST_DELAY = 10_000;

/**
 * Milliseconds to wait after the `attempts`-th vain attempt (1, 2, …): 100 ms doubled each time up to 10 s, of which
 * the second half is random so that companies that failed together do not come back together.
 * @param random in [0, 1)
 */
export function backoffDelay(attempts: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(attempts - 1, 30));
  return Math.floor(whole / 2 + (whole / 2) * random);
}
