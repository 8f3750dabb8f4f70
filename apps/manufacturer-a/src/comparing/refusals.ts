import { Injectable } from '@nestjs/common';
import { Database, Inbox, LedgerEvents, Mailer, type Completion, type ReceivedMessage } from '@tacit/company';
import type { EntityManager } from 'typeorm';
import { Alarms } from '../alarms';
import { ComparisonEntity } from '../entities/comparison.entity';
import { Comparisons } from './comparisons';

/**
 * The key holder declines, on the ledger or by a signed message; requested → declined. The signed one is also shown
 * to the servicer, who credits the order against it.
 */
@Injectable()
export class Refusals {
  constructor(
    events: LedgerEvents,
    private readonly inbox: Inbox,
    private readonly mailer: Mailer,
    private readonly database: Database,
    private readonly comparisons: Comparisons,
    private readonly alarms: Alarms,
  ) {
    events.on('quality', 'RequestRefused', async (em, { payload }) => {
      const { requestId } = payload as { requestId: string };
      const comparison = await em.findOneBy(ComparisonEntity, { requestId, state: 'requested' });
      if (comparison) await this.#decline(em, comparison);
    });
    inbox.on('refusal', (message) => this.#receive(message));
    mailer.onFailed('answer-request', async (em, { id }, reason) => {
      const comparison = await em.findOneBy(ComparisonEntity, { envelopeId: id, state: 'requested' });
      // A message that could not be delivered in time ends with its request, by the clock.
      if (comparison === null || reason !== 'refused') return;
      await this.comparisons.end(em, comparison, 'failed', 'message-refused');
    });
  }

  /** A refusal counts only in reply to this company's own open question, and from the company that was asked. */
  async #receive(message: ReceivedMessage<'refusal'>): Promise<Completion> {
    const { from, id, inReplyTo = '' } = message;
    const comparison = await this.database.read((em) =>
      em.findOneBy(ComparisonEntity, { envelopeId: inReplyTo, keyHolder: from }),
    );
    if (comparison === null) {
      return async () => {
        this.alarms.raise('stray-message', { type: message.type, from, id });
      };
    }
    return async (em) => {
      const asked = await em.findOneBy(ComparisonEntity, { envelopeId: inReplyTo, keyHolder: from });
      if (asked?.state === 'requested') await this.#decline(em, asked);
      else if (asked?.state !== 'declined' || asked.evidenceId !== null) return;
      await this.#showEvidence(em, asked, id);
    };
  }

  async #decline(em: EntityManager, comparison: ComparisonEntity): Promise<void> {
    await this.comparisons.end(em, comparison, 'declined', 'key-holder-declined');
  }

  /** Shows the servicer the refusal and the question that it replies to; once for each attempt. */
  async #showEvidence(em: EntityManager, comparison: ComparisonEntity, refusalId: string): Promise<void> {
    const { id, envelopeId, keyHolder, orderId, pairId, servicer } = comparison;
    const refusal = await this.inbox.find(em, keyHolder, refusalId);
    const request = await this.mailer.sent(em, envelopeId ?? '');
    if (refusal === null || request === null) return;
    const evidenceId = await this.mailer.prepare(em, {
      type: 'refusal-evidence',
      to: servicer,
      payload: { orderId, pairId, refusal: refusal.jws, request: request.jws },
    });
    await em.update(ComparisonEntity, { id }, { evidenceId });
  }
}
