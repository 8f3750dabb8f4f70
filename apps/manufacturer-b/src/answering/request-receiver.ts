import { Inbox, JobQueue } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import { RequestEntity } from '../entities/request.entity';

/** The job that decides about one request. */
export const ANSWER_REQUEST = 'request.answer';

/** What names a request: its envelope. */
export interface RequestName {
  readonly from: string;
  readonly envelopeId: string;
}

/** Takes verified `answer-request` envelopes: each becomes a row and a job that decides about it. */
@Injectable()
export class RequestReceiver {
  constructor(inbox: Inbox, queue: JobQueue) {
    inbox.on(
      'answer-request',
      async ({ from, id: envelopeId, payload: question, receivedAt }) =>
        async (em) => {
          await em.insert(RequestEntity, {
            from,
            envelopeId,
            requestId: question.requestId,
            pairId: question.pairId,
            question,
            state: 'received',
            reason: null,
            receivedAt,
            concludedAt: null,
          });
          const name: RequestName = { from, envelopeId };
          await queue.add(em, ANSWER_REQUEST, `${from}:${envelopeId}`, name);
        },
      { concurrency: 4 },
    );
  }
}
