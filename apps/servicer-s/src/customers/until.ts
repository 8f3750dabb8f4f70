import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 5_000;
const INTERVAL = 50;

/** Waits until a condition holds, at most five seconds: long enough for a ledger at hand, short for a person. */
export async function until(condition: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await sleep(INTERVAL);
  }
}
