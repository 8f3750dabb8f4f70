import { setTimeout as sleep } from 'node:timers/promises';
import {
  ServerNats,
  type ConsumerDeserializer,
  type IncomingRequest,
  type NatsContext,
} from '@nestjs/microservices';
import { connect, type ConnectionOptions, type Msg, type NatsConnection } from 'nats';
import { z } from 'zod';
import { MAX_MESSAGE_BYTES } from '../envelope';
import { TransportError } from '../errors';
import { INBOX_SUBJECT, inboxSubjectOf, SUBJECT_TOKEN } from '../subjects';
import { reconnectDelays, connectionOptions, type NatsConnectionOptions } from './connection';

/** Processes of one company share its inbox: each envelope reaches one of them. */
const QUEUE_GROUP = 'inbox';
/** Nest's frame around an envelope, in bytes. */
const FRAME_BYTES = 1_024;
/** How long a start waits for the broker before it goes on without it, milliseconds. */
const FIRST_CONNECTION_MS = 5_000;
/** Replies go to a user's own reply subjects and nowhere else, lest a sender makes this company write for him. */
const REPLY_SUBJECT = /^_INBOX\.[A-Za-z][A-Za-z0-9-]{0,63}(?:\.[A-Za-z0-9]{1,64}){1,2}$/;

/**
 * The inbox of one company on NATS, handled by `@MessagePattern(INBOX_SUBJECT)`: for
 * `app.connectMicroservice(natsServerOptions(options, company))`. It starts without the broker too, and connects for
 * as long as it takes.
 * @param company MSP ID
 * @throws TransportError `bad-config`, `bad-address`
 */
export function natsServerOptions(
  options: NatsConnectionOptions,
  company: string,
): { readonly strategy: ServerNats } {
  if (!SUBJECT_TOKEN.test(company)) {
    throw new TransportError('bad-address', 'on NATS an MSP ID has letters, digits and hyphens only');
  }
  return { strategy: new InboxServer(options, company) };
}

/** Nest's server on one subject of its own, with bounds; whatever arrives, nothing is thrown at the process. */
class InboxServer extends ServerNats {
  readonly #subject: string;
  readonly #options: ConnectionOptions;
  #closed = false;
  #connection: NatsConnection | undefined;

  constructor(options: NatsConnectionOptions, company: string) {
    const subject = inboxSubjectOf(company);
    super({ deserializer: inboxDeserializer(subject) });
    this.#subject = subject;
    this.#options = connectionOptions(options);
  }

  override async listen(callback: (error?: unknown) => void): Promise<void> {
    let called = false;
    const go = (error?: unknown): void => {
      if (called) return;
      called = true;
      callback(error);
    };
    const timer = setTimeout(go, FIRST_CONNECTION_MS);
    await super.listen(go);
    clearTimeout(timer);
  }

  /** @throws TransportError `closed`, and nothing else */
  override async createNatsClient(): Promise<NatsConnection> {
    const delay = reconnectDelays();
    const isClosed = (): boolean => this.#closed;
    while (!isClosed()) {
      try {
        const connection = await connect(this.#options);
        if (!isClosed()) return connection;
        await connection.close();
      } catch (error) {
        this.logger.error(`the message broker cannot be reached: ${String(error)}`);
        if (!isClosed()) await sleep(delay(), undefined, { ref: false });
      }
    }
    throw new TransportError('closed', 'the inbox is closed');
  }

  override bindEvents(client: NatsConnection): void {
    const callback = (error: Error | null, message: Msg): void => {
      if (error) this.logger.error(`the broker refuses the subscription to the inbox: ${error.message}`);
      else void this.handleMessage(INBOX_SUBJECT, message);
    };
    client.subscribe(this.#subject, { queue: QUEUE_GROUP, callback });
    this.#connection = client;
    void this.#replaceWhenLost(client);
  }

  async #replaceWhenLost(connection: NatsConnection): Promise<void> {
    await connection.closed();
    const next = await this.createNatsClient().catch(() => undefined);
    // None: the inbox is closed.
    if (next === undefined) return;
    void this.handleStatusUpdates(next);
    this.bindEvents(next);
  }

  override async handleMessage(pattern: string, message: Msg): Promise<void> {
    try {
      await super.handleMessage(pattern, message);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      this.logger.debug?.(`a message was dropped: ${error.message}`);
    }
  }

  /** A reply that cannot leave any more, because the connection was closed, is made again for the same envelope. */
  override getPublisher(message: Msg, id: string, context: NatsContext): (response: unknown) => unknown {
    const publish = super.getPublisher(message, id, context);
    return (response) => {
      try {
        return publish(response) as unknown;
      } catch (error) {
        this.logger.debug?.(`an acknowledgement was not sent: ${String(error)}`);
        return undefined;
      }
    };
  }

  override async close(): Promise<void> {
    this.#closed = true;
    await this.#connection?.close();
    await super.close();
  }
}

/** Nest's frame around an envelope, as an inbox takes it from NATS. */
export function inboxRequestSchema(subject: string): z.ZodType<IncomingRequest> {
  return z.strictObject({
    pattern: z.literal(subject),
    id: z.string().min(1).max(64),
    data: z.string().max(MAX_MESSAGE_BYTES),
  });
}

/** Lets requests to this inbox pass and nothing else: no other pattern, no event, no other shape. */
function inboxDeserializer(subject: string): ConsumerDeserializer {
  const packetSchema = inboxRequestSchema(subject);
  return {
    deserialize(raw: Uint8Array, options?: Record<string, unknown>): IncomingRequest {
      const replyTo = options?.['replyTo'];
      const expectsReply = typeof replyTo === 'string' && REPLY_SUBJECT.test(replyTo);
      const parsed = packetSchema.safeParse(
        expectsReply && raw.length <= MAX_MESSAGE_BYTES + FRAME_BYTES ? parseJson(raw) : undefined,
      );
      if (!parsed.success) throw new TransportError('bad-request', 'not a request to the inbox');
      return parsed.data;
    },
  };
}

function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(raw).toString('utf8'));
  } catch {
    return undefined;
  }
}
