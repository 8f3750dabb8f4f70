import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from './tool';

/** What a look at something that goes on by itself found. */
export interface Look<T> {
  /** The result, once it is there. */
  readonly done?: T;
  /** Anything that changes as long as things go on. */
  readonly progress: string;
}

/** Nothing moved for longer than any slow machine needs. */
export class StalledError extends ToolError {
  override readonly name = 'StalledError';
}

/**
 * Looks again and again until the result is there. Slow is fine, standing still is not: gives up only when
 * `progress` has not changed for `stallMs`.
 * @throws StalledError
 */
export async function waitWhileMoving<T>(
  look: () => Promise<Look<T>>,
  { stallMs, pollMs = 250 }: { stallMs: number; pollMs?: number },
): Promise<T> {
  let last: string | undefined;
  let movedAt = performance.now();
  for (;;) {
    const { done, progress } = await look();
    if (done !== undefined) return done;
    if (progress !== last) {
      last = progress;
      movedAt = performance.now();
    } else if (performance.now() - movedAt > stallMs) {
      throw new StalledError(`nothing has moved for ${Math.round(stallMs / 1000)} s: ${progress}`);
    }
    await sleep(pollMs);
  }
}
