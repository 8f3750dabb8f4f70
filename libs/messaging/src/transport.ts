import { z } from 'zod';
import { TransportError } from './errors';

/** What an inbox says about an envelope. */
export const transportReplySchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('accepted') }),
  z.strictObject({ status: z.literal('refused'), code: z.literal('request-refused') }),
]);

/**
 * What the recipient's inbox says: `accepted` means that the envelope is committed there, not that it was acted on;
 * `refused` is final and has one body for every cause.
 */
export type TransportReply = z.infer<typeof transportReplySchema>;

export const ACCEPTED: TransportReply = Object.freeze({ status: 'accepted' });

/** Carries envelopes to other companies. It is trusted with nothing: envelopes are signed, secrets sealed. */
export interface Transport {
  /**
   * Delivers an envelope to the inbox at an address (`tcp://host:port`) and waits for its acknowledgement.
   * Sending one envelope twice is safe.
   * @throws TransportError
   */
  send(address: string, jws: string): Promise<TransportReply>;
  /** Ends every connection; what is under way fails with TransportError. */
  close(): Promise<void>;
}

/** Chooses the transport by the address's scheme. */
export class TransportByScheme implements Transport {
  readonly #transports: ReadonlyMap<string, Transport>;

  /** @param transports by scheme, without the colon: `{ tcp: new TcpTransport(…) }` */
  constructor(transports: Readonly<Record<string, Transport>>) {
    this.#transports = new Map(Object.entries(transports));
  }

  async send(address: string, jws: string): Promise<TransportReply> {
    const [scheme = ''] = address.split('://', 1);
    const transport = this.#transports.get(scheme);
    if (!transport) throw new TransportError('bad-address', 'no transport for this scheme of address');
    return transport.send(address, jws);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }
}

/** @throws TransportError `bad-reply` */
export function parseReply(value: unknown): TransportReply {
  const parsed = transportReplySchema.safeParse(value);
  if (!parsed.success) throw new TransportError('bad-reply', 'the inbox replied with something else');
  return parsed.data;
}
