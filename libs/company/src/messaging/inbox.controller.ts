import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ApiExcludeController } from '@nestjs/swagger';
import { INBOX_SUBJECT, type TransportReply } from '@tacit/messaging';
import { Inbox } from './inbox';

/** Where the transport delivers. */
@ApiExcludeController()
@Controller()
export class InboxController {
  constructor(private readonly inbox: Inbox) {}

  @MessagePattern(INBOX_SUBJECT)
  receive(@Payload() jws: unknown): Promise<TransportReply> {
    return this.inbox.receive(jws);
  }
}
