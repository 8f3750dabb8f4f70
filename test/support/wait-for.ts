import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds; one minute unless told. */
  readonly timeout?: number;
  readonly interval?: number;
}

/**
 * Looks again and again until `look` gives something other than undefined or false, and returns that.
 * @throws Error when the time is over, with what the last look threw as its cause
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { timeout = 60_000, interval = 100 }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeout;
  let cause: unknown;
  do {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(interval);
  } while (performance.now() < deadline);
  throw new Error(`waited ${timeout / 1000} s in vain: ${what}`, { cause });
}
