import { JobQueue, Mailer, Metrics, Submissions } from '@tacit/company';
import { REFUSAL } from '@tacit/messaging';
import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { AnswerEntity } from '../entities/answer.entity';
import { RequestEntity } from '../entities/request.entity';
import type { RefusalReason } from './refusal-reason';
import { refusalTime } from './refusal-time';
import type { RequestName } from './request-receiver';

const REFUSE_REQUEST = 'request.refuse';

/** The request on the ledger that ends with the refusal. */
export interface OpenRequest {
  readonly channel: string;
  readonly requestId: string;
}

interface RefuseJob extends RequestName {
  readonly open: OpenRequest | null;
}

/**
 * Refuses requests. Whatever the cause, the sender gets the same body after the same time. The envelope is signed
 * only when it leaves, because it says when it was issued.
 */
@Injectable()
export class Refusals {
  readonly #refused: Counter;

  constructor(
    private readonly queue: JobQueue,
    private readonly mailer: Mailer,
    private readonly submissions: Submissions,
    metrics: Metrics,
  ) {
    queue.register<RefuseJob>(REFUSE_REQUEST, {
      concurrency: 4,
      handle:
        async ({ payload }) =>
        (em) =>
          this.#send(em, payload),
    });
    // A request that was answered, has expired or was refused before has ended all the same.
    submissions.on('refuseRequest', { refused: async () => {} });
    this.#refused = new Counter({
      name: 'tacit_requests_refused_total',
      help: 'Requests for an answer that were refused, by the reason that the sender is not told',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
  }

  /** @param open the request on the ledger, if there is one by this sender that can still be ended */
  async refuse(
    em: EntityManager,
    request: RequestName & Pick<RequestEntity, 'receivedAt'>,
    reason: RefusalReason,
    open: OpenRequest | null,
  ): Promise<void> {
    const { from, envelopeId, receivedAt } = request;
    const now = Date.now();
    await em.update(
      RequestEntity,
      { from, envelopeId },
      { state: 'refused', reason, question: null, concludedAt: now },
    );
    const job: RefuseJob = { from, envelopeId, open };
    const notBefore = refusalTime(receivedAt, now);
    await this.queue.add(em, REFUSE_REQUEST, `${from}:${envelopeId}`, job, { notBefore });
    this.#refused.inc({ reason });
  }

  async #send(em: EntityManager, { from, envelopeId, open }: RefuseJob): Promise<void> {
    await this.mailer.prepare(em, { type: 'refusal', to: from, payload: REFUSAL, inReplyTo: envelopeId });
    if (!open) return;
    const { channel, requestId } = open;
    // Another message may have asked rightly meanwhile: what was answered does not end as refused.
    if (await em.existsBy(AnswerEntity, { requestId })) return;
    await this.submissions.add(em, { channel, name: 'refuseRequest', input: { requestId }, key: requestId });
  }
}
