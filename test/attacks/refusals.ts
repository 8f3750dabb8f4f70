import { connect } from 'node:net';
import { REFUSAL_DELAY } from '@tacit/company';
import { ACCEPTED, INBOX_SUBJECT, REFUSAL, REFUSAL_BYTES } from '@tacit/messaging';
import type { ReceivedEnvelope } from './mailbox';

const PACKET_ID = 'attack';
const DAY = 86_400_000;

/** What an inbox answered, as bytes from its socket. */
export interface Delivery {
  readonly frame: string;
  /** `performance.now()` when the envelope left. */
  readonly sentAt: number;
  /** Milliseconds until the whole answer was there. */
  readonly elapsed: number;
}

/** Delivers an envelope by the transport's own framing. */
export function deliver(address: string, envelope: unknown): Promise<Delivery> {
  const { hostname, port } = new URL(address);
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    let frame = '';
    const socket = connect(Number(port), hostname);
    socket.setEncoding('utf8').once('error', reject);
    socket.on('data', (chunk: string) => {
      frame += chunk;
      const [length = '', ...rest] = frame.split('#');
      if (rest.join('#').length < Number(length)) return;
      socket.destroy();
      resolve({ frame, sentAt, elapsed: performance.now() - sentAt });
    });
    socket.write(frameOf({ pattern: INBOX_SUBJECT, id: PACKET_ID, data: envelope }));
  });
}

/** The envelope is in the recipient's inbox; that says nothing about what becomes of it. */
export function expectAccepted({ frame }: Delivery): void {
  expect(frame).toBe(ACCEPTED_FRAME);
}

/** The one refusal of the transport: the same bytes, and not before the delay is over. */
export function expectRefusedAtTheDoor({ frame, elapsed }: Delivery): void {
  expect(frame).toBe(REFUSED_FRAME);
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

function frameOf(packet: unknown): string {
  const json = JSON.stringify(packet);
  return `${json.length}#${json}`;
}

const ACCEPTED_FRAME = frameOf({ response: ACCEPTED, isDisposed: true, id: PACKET_ID });
const REFUSED_FRAME = frameOf({ response: REFUSAL, isDisposed: true, id: PACKET_ID });
