import { REFUSAL_DELAY } from '@tacit/company';

/**
 * When a refusal leaves: at the next whole multiple of REFUSAL_DELAY after the request came, so that its time does
 * not tell how many checks the request had passed. Milliseconds UTC.
 */
export function refusalTime(receivedAt: number, now: number): number {
  const delays = Math.max(1, Math.ceil((now - receivedAt) / REFUSAL_DELAY));
  return receivedAt + delays * REFUSAL_DELAY;
}
