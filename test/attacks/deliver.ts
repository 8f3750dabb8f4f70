// Envelopes by each transport's own framing, without the applications' clients.
import { connect } from 'node:net';
import { INBOX_SUBJECT, inboxSubjectOf } from '@tacit/messaging';
import type { NatsConnection } from 'nats';

/** What an inbox answered, as its bytes. */
export interface Delivery {
  /** JSON, without TCP's length in front of it. */
  readonly reply: string;
  /** `performance.now()` when the envelope left. */
  readonly sentAt: number;
  /** Milliseconds until the whole answer was there. */
  readonly elapsed: number;
}

/** An acknowledgement names the packet that it is for. */
export const PACKET_ID = 'attack';

const REPLY_TIMEOUT_MS = 30_000;

/** @param address `tcp://host:port` */
export function deliver(address: string, envelope: unknown): Promise<Delivery> {
  const { hostname, port } = new URL(address);
  const packet = JSON.stringify({ pattern: INBOX_SUBJECT, id: PACKET_ID, data: envelope });
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    let frame = '';
    const socket = connect(Number(port), hostname);
    socket.setEncoding('utf8').once('error', reject);
    socket.on('data', (chunk: string) => {
      frame += chunk;
      const [length = '', ...rest] = frame.split('#');
      const reply = rest.join('#');
      if (reply.length < Number(length)) return;
      socket.destroy();
      if (reply.length > Number(length)) reject(new Error(`more than one frame: ${frame}`));
      else resolve({ reply, sentAt, elapsed: performance.now() - sentAt });
    });
    socket.write(`${packet.length}#${packet}`);
  });
}

/** @param connection of a user who may write to the inbox @param company MSP ID of the recipient */
export async function deliverOverNats(
  connection: NatsConnection,
  company: string,
  envelope: unknown,
): Promise<Delivery> {
  const subject = inboxSubjectOf(company);
  const packet = JSON.stringify({ pattern: subject, id: PACKET_ID, data: envelope });
  const sentAt = performance.now();
  // On a reply subject of its own, as inboxes ask for.
  const reply = await connection.request(subject, packet, { timeout: REPLY_TIMEOUT_MS, noMux: true });
  return { reply: reply.string(), sentAt, elapsed: performance.now() - sentAt };
}
