import { Injectable } from '@nestjs/common';
import {
  Database,
  Inbox,
  JobQueue,
  LedgerEvents,
  Mailer,
  WaitingError,
  type Completion,
  type ReceivedMessage,
} from '@tacit/company';
import { answerHash, ComparisonError, conclude, lotReference, type Answer } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import { fromBase64url, TacitError } from '@tacit/core';
import type { ContentOf } from '@tacit/messaging';
import type { EntityManager } from 'typeorm';
import { Alarms } from '../alarms';
import { AgreementEntity } from '../entities/agreement.entity';
import { ComparisonEntity, type Lots } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { LateAnswerEntity } from '../entities/late-answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { LedgerReader } from '../ledger-reader';
import { Comparisons } from './comparisons';
import { requireRecordedAnswer } from './recorded-answer';
import { addStep } from './steps';

type SentAnswer = ContentOf<'answer'>;

/**
 * Table 5 of the paper: requested → answered. The outcome rests on the ledger's copy of the answer alone; the message
 * brings the lots, and is held against the ledger. Nothing counts before its proof has been verified.
 */
@Injectable()
export class Answers {
  constructor(
    events: LedgerEvents,
    inbox: Inbox,
    private readonly queue: JobQueue,
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly reader: LedgerReader,
    private readonly comparisons: Comparisons,
    private readonly alarms: Alarms,
  ) {
    events.on('quality', 'AnswerRecorded', async (em, { payload }) => {
      const { requestId, pairId } = payload as { requestId: string; pairId: string };
      if (await em.existsBy(ComparisonEntity, { requestId })) {
        await this.queue.add(em, 'comparison.conclude', requestId, { requestId });
      } else if (await em.existsBy(ComparisonEntity, { pairId })) {
        await em.save(LateAnswerEntity, { pairId, requestId });
      }
    });
    queue.register<{ requestId: string }>('comparison.conclude', {
      concurrency: 2,
      handle: ({ payload }) => this.#conclude(payload.requestId),
    });
    inbox.on('answer', (message) => this.#receive(message));
  }

  async #conclude(requestId: string): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await em.findOneBy(ComparisonEntity, { requestId });
      if (comparison === null) return null;
      const { pairId } = comparison;
      const pair = await em.findOneByOrFail(PairEntity, { pairId });
      const { zHash } = await em.findOneByOrFail(EvaluationEntity, { pairId });
      return { comparison, pair, asked: { requestId, pairId, zHash } };
    });
    if (found === null) return async () => {};
    const { comparison, pair, asked } = found;
    const { channel, keyHolder } = pair;
    if (comparison.state === 'delivered') {
      throw new WaitingError(`ledger channel ${channel}`, 'the own request has not been noted yet');
    }
    const request = await this.reader.read<RequestRecord>(channel, 'getRequest', { requestId });
    const answer = await this.reader.read<unknown>(channel, 'getAnswer', { requestId });
    if (answer === null) throw new WaitingError(keyHolder, 'the answer itself has not arrived yet');
    try {
      const recorded = requireRecordedAnswer(answer, request, asked, pair.bits);
      return (em) => this.#record(em, recorded);
    } catch (error) {
      if (!(error instanceof ComparisonError)) throw error;
      return (em) => this.#disbelieve(em, requestId, error.message);
    }
  }

  async #record(em: EntityManager, answer: Answer): Promise<void> {
    const comparison = await this.#open(em, answer.requestId);
    if (comparison === null) return;
    const { agreementHash } = comparison;
    const { terms } = await em.findOneByOrFail(AgreementEntity, { agreementHash });
    const hash = answerHash(answer);
    const answered = await this.comparisons.move(em, comparison, 'answered', {
      outcome: conclude(terms, answer),
      answerHash: hash,
    });
    this.#compare(comparison, hash, comparison.messageAnswerHash);
    await addStep(this.queue, em, 'comparison.verify', answered);
  }

  async #disbelieve(em: EntityManager, requestId: string, detail: string): Promise<void> {
    const comparison = await this.#open(em, requestId);
    if (comparison === null) return;
    this.alarms.raise('bad-answer', { requestId, keyHolder: comparison.keyHolder });
    if (comparison.state !== 'requested') return;
    await this.comparisons.end(em, comparison, 'failed', 'bad-answer', detail);
  }

  /** The comparison that still waits for the answer to this request; an answer after the expiry counts. */
  async #open(em: EntityManager, requestId: string): Promise<ComparisonEntity | null> {
    const states = [
      { requestId, state: 'requested' as const },
      { requestId, state: 'expired' as const },
    ];
    return em.findOne(ComparisonEntity, { where: states });
  }

  async #receive(message: ReceivedMessage<'answer'>): Promise<Completion> {
    const content = await this.#read(message);
    return async (em) => {
      const comparison = content && (await em.findOneBy(ComparisonEntity, { requestId: content.requestId }));
      const expected = comparison?.keyHolder === message.from && comparison.envelopeId === message.inReplyTo;
      if (!expected || content === null) {
        this.alarms.raise('stray-message', { type: message.type, from: message.from, id: message.id });
        return;
      }
      const { lots, ...answer } = content;
      const hash = answerHash(answer);
      this.#compare(comparison, hash, comparison.answerHash);
      this.#compare(comparison, hash, comparison.messageAnswerHash);
      if (comparison.messageAnswerHash !== null) return;
      const opened = await this.#openLots(em, comparison, lots);
      await em.update(ComparisonEntity, { id: comparison.id }, { messageAnswerHash: hash, lots: opened });
    };
  }

  async #read(message: ReceivedMessage<'answer'>): Promise<SentAnswer | null> {
    try {
      return await this.mailer.open('answer', message);
    } catch (error) {
      if (error instanceof TacitError) return null;
      throw error;
    }
  }

  /** Raises the alarm when two copies of one answer differ. The ledger's stays what it is. */
  #compare({ requestId, keyHolder }: ComparisonEntity, hash: string, other: string | null): void {
    if (other === null || other === hash) return;
    this.alarms.raise('conflicting-answer', { requestId, keyHolder });
  }

  async #openLots(em: EntityManager, { pairId }: ComparisonEntity, lots: SentAnswer['lots']): Promise<Lots> {
    const { lotRefX, lotRefY, keyHolder } = await em.findOneByOrFail(PairEntity, { pairId });
    const open = ({ salt, label }: SentAnswer['lots']['x'], reference: string): string | null => {
      if (lotReference(fromBase64url(salt), label) === reference) return label;
      this.alarms.raise('wrong-lot', { pairId, keyHolder });
      return null;
    };
    return { x: open(lots.x, lotRefX), y: open(lots.y, lotRefY) };
  }
}
