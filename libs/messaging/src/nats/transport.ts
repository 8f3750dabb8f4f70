import { ClientNats } from '@nestjs/microservices';
import { EmptyResponseException } from '@nestjs/microservices/errors/empty-response.exception';
import type { IncomingResponse } from '@nestjs/microservices';
import { NatsError, type NatsConnection } from 'nats';
import { isNativeError } from 'node:util/types';
import { filter, firstValueFrom, map, race, Subject, timeout, TimeoutError } from 'rxjs';
import { MAX_MESSAGE_BYTES } from '../envelope';
import { TransportError } from '../errors';
import { inboxSubjectOf, SUBJECT_TOKEN } from '../subjects';
import { parseReply, type Transport, type TransportReply } from '../transport';
import { connectionOptions, type NatsConnectionOptions } from './connection';

/** Envelopes to `nats://<MspId>`, over one connection that is opened for a message and kept while it lasts. */
export class NatsTransport implements Transport {
  readonly #client: InboxClient;
  readonly #timeoutMs: number;
  #closed = false;

  /**
   * @param timeoutMs from the call of `send` to the acknowledgement, in milliseconds
   * @throws TransportError `bad-config`
   */
  constructor(options: NatsConnectionOptions, timeoutMs: number) {
    this.#client = new InboxClient(options);
    this.#timeoutMs = timeoutMs;
  }

  async send(address: string, jws: string): Promise<TransportReply> {
    if (this.#closed) throw new TransportError('closed', 'the transport is closed');
    const subject = inboxSubjectOf(parseNatsAddress(address));
    // Escaped and in UTF-8 as it goes out; an envelope is ASCII, so for it this is its length.
    if (Buffer.byteLength(JSON.stringify(jws)) - 2 > MAX_MESSAGE_BYTES) {
      throw new TransportError('too-large', 'the envelope is too large');
    }
    let reply: unknown;
    try {
      const replies = race(this.#client.send<unknown>(subject, jws), this.#client.failure(subject));
      reply = await firstValueFrom(replies.pipe(timeout(this.#timeoutMs)), { defaultValue: undefined });
    } catch (cause) {
      throw asTransportError(cause);
    }
    return parseReply(reply);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client.close();
  }
}

/** Nest's client; the other side's bytes end as an error, whatever they are. */
class InboxClient extends ClientNats {
  /** What has just gone wrong, with the subject that it is about, or with all of them. */
  readonly #failures = new Subject<{ readonly subject?: string; readonly error: TransportError }>();

  constructor(options: NatsConnectionOptions) {
    super({ ...connectionOptions(options), deserializer: { deserialize: readResponse } });
  }

  /** Fails when the connection is lost, or the broker refuses a message to this subject, be it this one or not. */
  failure(subject: string) {
    return this.#failures.pipe(
      filter((failure) => failure.subject === undefined || failure.subject === subject),
      map(({ error }) => {
        throw error;
      }),
    );
  }

  override async connect(): Promise<NatsConnection> {
    try {
      const connection = (await super.connect()) as NatsConnection;
      this.natsClient = connection;
      return connection;
    } catch (cause) {
      throw new TransportError('unreachable', 'the message broker cannot be reached', { cause });
    }
  }

  override async createClient(): Promise<NatsConnection> {
    const connection = (await super.createClient()) as NatsConnection;
    void this.#forgetWhenLost(connection);
    return connection;
  }

  override async handleStatusUpdates(connection: NatsConnection): Promise<void> {
    for await (const { permissionContext } of connection.status()) {
      if (permissionContext?.operation !== 'publish') continue;
      const error = new TransportError('forbidden', 'the broker does not let this user write to the inbox');
      this.#failures.next({ subject: permissionContext.subject, error });
    }
  }

  override async close(): Promise<void> {
    const connecting = this.connectionPromise as Promise<NatsConnection> | null;
    await super.close();
    const connection = await connecting?.catch(() => undefined);
    await connection?.close();
  }

  /** The next message opens another connection; those that are under way are sent again by whoever sends them. */
  async #forgetWhenLost(connection: NatsConnection): Promise<void> {
    await connection.closed();
    this.connectionPromise = null;
    const error = new TransportError('unreachable', 'the connection to the message broker is lost');
    this.#failures.next({ error });
  }
}

/** Never throws: Nest would let the error end the process. */
function readResponse(raw: Uint8Array): IncomingResponse {
  try {
    const value: unknown = JSON.parse(Buffer.from(raw).toString('utf8'));
    if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') {
      return value as IncomingResponse;
    }
  } catch {
    // As any other reply that is none.
  }
  return { id: '', isDisposed: true, err: 'not a reply' };
}

/** @throws TransportError `bad-address` unless it is `nats://<MspId>` */
function parseNatsAddress(address: string): string {
  const company = /^nats:\/\/(.*)$/.exec(address)?.[1];
  if (company === undefined || !SUBJECT_TOKEN.test(company)) {
    throw new TransportError('bad-address', 'an address is nats://<MSP ID>');
  }
  return company;
}

/** Errors of this side are Errors; what the other side says went wrong is plain JSON. */
function asTransportError(cause: unknown): TransportError {
  if (cause instanceof TransportError) return cause;
  if (cause instanceof TimeoutError)
    return new TransportError('timeout', 'no acknowledgement in time', { cause });
  if (cause instanceof EmptyResponseException)
    return new TransportError('unreachable', 'nobody listens at the inbox', { cause });
  if (cause instanceof NatsError && cause.code === 'MAX_PAYLOAD_EXCEEDED')
    return new TransportError('too-large', 'the broker takes no message of this size', { cause });
  if (isNativeError(cause))
    return new TransportError('unreachable', 'the company cannot be reached', { cause });
  return new TransportError('bad-reply', 'the inbox failed to take the envelope', { cause });
}
