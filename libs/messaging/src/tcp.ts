import {
  ClientProxyFactory,
  JsonSocket,
  Transport as NestTransport,
  type ClientProxy,
  type ConsumerDeserializer,
  type IncomingRequest,
  type TcpOptions,
} from '@nestjs/microservices';
import type { Socket } from 'node:net';
import { isNativeError } from 'node:util/types';
import { firstValueFrom, timeout, TimeoutError } from 'rxjs';
import { z } from 'zod';
import { MAX_MESSAGE_BYTES } from './envelope';
import { TransportError } from './errors';
import { INBOX_SUBJECT } from './subjects';
import { parseReply, type Transport, type TransportReply } from './transport';

/**
 * What one connection may hold before it is cut: an unfinished message and Nest's frame around it, and the chunk in
 * which it ends, which may already hold the beginning of the next (a socket reads at most 64 KiB at once).
 */
const MAX_BUFFERED_CHARACTERS = MAX_MESSAGE_BYTES + 2 * 65_536;
/** Acknowledgements that a peer does not read, in bytes, before the connection is cut; sent messages count too. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;
/** How long a peer may stay silent in the middle of a message, in milliseconds. */
const INCOMPLETE_MESSAGE_TIMEOUT_MS = 10_000;

/** Nest's framing (`length#json`) with bounds, on a connection that is cut at the first wrong byte. */
class BoundedJsonSocket extends JsonSocket {
  constructor(socket: Socket) {
    super(socket, {
      maxBufferSize: MAX_BUFFERED_CHARACTERS,
      incompleteMessageTimeout: INCOMPLETE_MESSAGE_TIMEOUT_MS,
      maxSendBufferSize: MAX_UNSENT_BYTES,
    });
  }

  /** Without Nest's own message: it repeats what the peer sent, up to a megabyte, into the log. */
  protected override handleDataError(): void {
    super.handleDataError(new Error('the peer does not keep to the framing'), { destroy: true });
  }

  /** No half-open connections: a peer that is gone would keep one for as long as the system retries. */
  override end(): this {
    this.socket.destroy();
    return this;
  }
}

const packetSchema = z.strictObject({
  pattern: z.literal(INBOX_SUBJECT),
  id: z.string().min(1).max(64),
  data: z.string(),
});

/** Lets requests to the inbox pass and nothing else: no other pattern, no event, no other shape. */
const inboxDeserializer: ConsumerDeserializer = {
  deserialize(packet: unknown): IncomingRequest {
    const parsed = packetSchema.safeParse(packet);
    if (!parsed.success) throw new TransportError('bad-request', 'not a request to the inbox');
    return parsed.data;
  },
};

/** For `app.connectMicroservice`: the inbox of one company on TCP, handled by `@MessagePattern(INBOX_SUBJECT)`. */
export function tcpServerOptions(host: string, port: number): TcpOptions {
  return {
    transport: NestTransport.TCP,
    options: { host, port, socketClass: BoundedJsonSocket, deserializer: inboxDeserializer },
  };
}

/** One connection for each address, opened at the first message and again after it was lost. */
export class TcpTransport implements Transport {
  readonly #clients = new Map<string, ClientProxy>();
  readonly #timeoutMs: number;
  #closed = false;

  /** @param timeoutMs from the call of `send` to the acknowledgement, in milliseconds */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  async send(address: string, jws: string): Promise<TransportReply> {
    if (this.#closed) throw new TransportError('closed', 'the transport is closed');
    if (jws.length > MAX_MESSAGE_BYTES) throw new TransportError('too-large', 'the envelope is too large');
    const client = this.#client(address);
    let reply: unknown;
    try {
      const replies = client.send<unknown>(INBOX_SUBJECT, jws).pipe(timeout(this.#timeoutMs));
      reply = await firstValueFrom(replies, { defaultValue: undefined });
    } catch (cause) {
      const error = asTransportError(cause);
      if (error.code !== 'bad-reply') this.#drop(address, client);
      throw error;
    }
    return parseReply(reply);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const [address, client] of this.#clients) this.#drop(address, client);
  }

  #client(address: string): ClientProxy {
    let client = this.#clients.get(address);
    if (!client) {
      const options = { ...parseTcpAddress(address), socketClass: BoundedJsonSocket };
      client = ClientProxyFactory.create({ transport: NestTransport.TCP, options });
      this.#clients.set(address, client);
    }
    return client;
  }

  /**
   * The next message opens another connection. One that timed out may be dead without knowing it; and Nest's client
   * repeats the error of a failed connection until its socket has closed.
   */
  #drop(address: string, client: ClientProxy): void {
    if (this.#clients.get(address) === client) this.#clients.delete(address);
    void client.close();
  }
}

/** @throws TransportError `bad-address` unless it is `tcp://host:port` */
function parseTcpAddress(address: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] =
    /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new TransportError('bad-address', 'an address is tcp://host:port');
  }
  return { host, port: Number(port) };
}

/** The system's errors and lost connections are Errors; what the other side says went wrong is plain JSON. */
function asTransportError(cause: unknown): TransportError {
  if (cause instanceof TimeoutError)
    return new TransportError('timeout', 'no acknowledgement in time', { cause });
  if (isNativeError(cause))
    return new TransportError('unreachable', 'the company cannot be reached', { cause });
  return new TransportError('bad-reply', 'the inbox failed to take the envelope', { cause });
}
