import { REFUSAL_DELAY } from '@tacit/company';
import { ACCEPTED, REFUSAL, REFUSAL_BYTES } from '@tacit/messaging';
import { PACKET_ID, type Delivery } from './deliver';
import type { ReceivedEnvelope } from './mailbox';

const DAY = 86_400_000;

/** The envelope is in the recipient's inbox; that says nothing about what becomes of it. */
export function expectAccepted({ reply }: Delivery): void {
  expect(reply).toBe(JSON.stringify({ response: ACCEPTED, isDisposed: true, id: PACKET_ID }));
}

/** The one refusal of the transport: the same bytes, and not before the delay is over. */
export function expectRefusedAtTheDoor({ reply, elapsed }: Delivery): void {
  expect(reply).toBe(JSON.stringify({ response: REFUSAL, isDisposed: true, id: PACKET_ID }));
  expectDelay(elapsed);
}

/** The one refusal of a request: all that tells two of them apart is whom they reply to, and when. */
export function expectRefusal(
  { jws, body, at }: ReceivedEnvelope,
  request: { readonly id: string; readonly from: string; readonly to: string; readonly sentAt: number },
): void {
  const { id, issuedAt, ...rest } = body;
  expect(rest).toEqual({
    type: 'refusal',
    version: 1,
    from: request.to,
    to: request.from,
    inReplyTo: request.id,
    expiresAt: issuedAt + DAY,
    payload: REFUSAL,
  });
  const text = Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
  expect(text).toContain(`"payload":${Buffer.from(REFUSAL_BYTES).toString()}`);
  expect(id).toHaveLength(22);
  expectDelay(at - request.sentAt);
}

/**
 * The times of refusals for one cause: none before the delay, and soon after it. Of several only the fastest can be
 * held against an upper bound, because the others may have waited for a machine that does other things besides.
 */
export function expectTimingClass(elapsed: readonly number[]): void {
  elapsed.forEach(expectDelay);
  expect(Math.min(...elapsed)).toBeLessThan(1.5 * REFUSAL_DELAY);
}

/** Timers may fire a millisecond early. */
function expectDelay(elapsed: number): void {
  expect(elapsed).toBeGreaterThan(REFUSAL_DELAY - 2);
}
