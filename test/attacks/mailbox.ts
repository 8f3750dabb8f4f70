import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { ACCEPTED, INBOX_SUBJECT, type EnvelopeBody, type TransportReply } from '@tacit/messaging';
import { waitFor } from '../support';

export interface ReceivedEnvelope {
  readonly jws: string;
  readonly body: EnvelopeBody;
  /** `performance.now()` at its arrival. */
  readonly at: number;
}

@Controller()
class Inbox {
  readonly envelopes: ReceivedEnvelope[] = [];

  @MessagePattern(INBOX_SUBJECT)
  receive(@Payload() jws: string): TransportReply {
    this.envelopes.push({ jws, body: bodyOf(jws), at: performance.now() });
    return ACCEPTED;
  }
}

@Module({ controllers: [Inbox] })
class MailboxModule {}

/** An inbox that takes whatever arrives. */
export class Mailbox {
  private constructor(
    private readonly service: INestMicroservice,
    private readonly inbox: Inbox,
  ) {}

  /** @param transport where it listens */
  static async open(transport: MicroserviceOptions): Promise<Mailbox> {
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(MailboxModule, {
      ...transport,
      logger: false,
    });
    await service.listen();
    return new Mailbox(service, service.get(Inbox));
  }

  get envelopes(): readonly ReceivedEnvelope[] {
    return this.inbox.envelopes;
  }

  /** Waits for that many replies to a message; all that came, in the order of their arrival. */
  replies(id: string, count = 1): Promise<readonly ReceivedEnvelope[]> {
    return waitFor(
      `${count} replies to ${id}`,
      () => {
        const replies = this.envelopes.filter(({ body }) => body.inReplyTo === id);
        return replies.length >= count && replies;
      },
      { interval: 10 },
    );
  }

  /** The first reply to a message. */
  async reply(id: string): Promise<ReceivedEnvelope> {
    const [first] = await this.replies(id);
    if (first === undefined) throw new Error(`no reply to ${id}`);
    return first;
  }

  async close(): Promise<void> {
    await this.service.close();
  }
}

/** What an envelope says, unverified. */
export function bodyOf(jws: string): EnvelopeBody {
  return JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as EnvelopeBody;
}
