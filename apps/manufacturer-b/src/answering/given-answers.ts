import { JobQueue, Mailer, newMessageId, Submissions } from '@tacit/company';
import type { Answer } from '@tacit/comparison';
import { canonicalBytes } from '@tacit/core';
import type { ContentOf } from '@tacit/messaging';
import { Injectable } from '@nestjs/common';
import type { LedgerCall } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { agreementUse } from '../disclosure/agreement-budget';
import { QuantityBudget } from '../disclosure/quantity-budget';
import { AgreementEntity } from '../entities/agreement.entity';
import { AnswerEntity } from '../entities/answer.entity';
import type { PairEntity } from '../entities/pair.entity';
import { RequestEntity } from '../entities/request.entity';
import { CROSS_CHECK } from './cross-check';
import { RequestRefused } from './refusal-reason';
import type { RequestName } from './request-receiver';

/** An answer in its sealed envelope, not yet given. */
export interface SealedAnswer {
  readonly answer: Answer;
  readonly messageId: string;
  readonly payload: Awaited<ReturnType<Mailer['seal']>>;
}

/** Gives answers: budgets charged, answer stored, ledger and sender told, all in one transaction. */
@Injectable()
export class GivenAnswers {
  constructor(
    private readonly queue: JobQueue,
    private readonly mailer: Mailer,
    private readonly submissions: Submissions,
    private readonly quantityBudget: QuantityBudget,
  ) {
    submissions.on('recordAnswer', {
      submitted: (em, call) => this.#recorded(em, call, true),
      refused: (em, call) => this.#recorded(em, call, false),
    });
  }

  /** Asks the ledger for the recipient's key, so it comes before the transaction. */
  async seal(to: string, answer: Answer, lots: ContentOf<'answer'>['lots']): Promise<SealedAnswer> {
    const messageId = newMessageId();
    const payload = await this.mailer.seal('answer', to, messageId, { ...answer, lots });
    return { answer, messageId, payload };
  }

  /**
   * @throws RequestRefused before anything is changed, when the agreement has been paused or has ended, or when a
   *   budget is used up
   */
  async give(em: EntityManager, request: RequestName, pair: PairEntity, sealed: SealedAnswer): Promise<void> {
    const { from, envelopeId } = request;
    const { answer, messageId, payload } = sealed;
    const { requestId } = answer;
    const repeated = await em.findOneBy(AnswerEntity, { requestId });
    if (repeated) {
      await this.repeat(em, request, repeated);
      return;
    }
    const { pairId, agreementHash, agreementId, quantity } = pair;
    const charged = await this.requireAllowed(em, pair);
    if (charged) await this.quantityBudget.reserve(em, quantity);
    const answeredAt = Date.now();
    await em.insert(AnswerEntity, {
      requestId,
      pairId,
      agreementHash,
      agreementId,
      quantity,
      evaluator: from,
      answer,
      replyTo: envelopeId,
      charged,
      recorded: null,
      verdict: null,
      answeredAt,
    });
    await this.#conclude(em, request);
    await this.submissions.add(em, {
      channel: pair.qualityChannel,
      name: 'recordAnswer',
      input: { requestId },
      transient: { answer: canonicalBytes(answer) },
      key: requestId,
    });
    await this.mailer.prepare(em, {
      type: 'answer',
      to: from,
      payload,
      id: messageId,
      inReplyTo: envelopeId,
    });
    await this.queue.add(em, CROSS_CHECK, requestId, { requestId });
  }

  /** Sends the reply that was given to this request, byte for byte. */
  async repeat(em: EntityManager, request: RequestName, { replyTo }: AnswerEntity): Promise<void> {
    await this.#conclude(em, request);
    await this.mailer.repeatReply(em, request.from, replyTo);
  }

  /**
   * Asked before the proof is made, which takes long: a refusal must not tell by its time that all checks of the
   * question were passed. `give` asks again.
   * @returns false when the pair had been answered: the same answer again tells nothing new
   * @throws RequestRefused when the agreement has been paused or has ended, or when a budget is used up
   */
  async requireAllowed(
    em: EntityManager,
    { pairId, agreementId, quantity, expiresAt }: PairEntity,
  ): Promise<boolean> {
    const now = Date.now();
    const governing = await em.findOneBy(AgreementEntity, { agreementId, status: 'accepted' });
    if (!governing) throw new RequestRefused('agreement-not-active');
    if (expiresAt <= now || governing.terms.expiresAt <= now) throw new RequestRefused('agreement-expired');
    if (governing.paused) throw new RequestRefused('agreement-paused');
    if (await em.existsBy(AnswerEntity, { pairId })) return false;
    const use = (await agreementUse(em, [governing])).get(agreementId);
    if (use?.answersLeft === 0) throw new RequestRefused('agreement-budget-used-up');
    if ((await this.quantityBudget.left(em, quantity)) === 0) {
      throw new RequestRefused('quantity-budget-used-up');
    }
    return true;
  }

  async #conclude(em: EntityManager, { from, envelopeId }: RequestName): Promise<void> {
    const concludedAt = Date.now();
    await em.update(RequestEntity, { from, envelopeId }, { state: 'answered', question: null, concludedAt });
  }

  async #recorded(em: EntityManager, { input }: LedgerCall, recorded: boolean): Promise<void> {
    const { requestId } = input as { requestId: string };
    await em.update(AnswerEntity, { requestId }, { recorded });
  }
}
