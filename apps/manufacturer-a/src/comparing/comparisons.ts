import { Inject, Injectable } from '@nestjs/common';
import { JobQueue, LOG, newMessageId, type Log } from '@tacit/company';
import type { Amount } from '@tacit/contracts';
import type { EntityManager } from 'typeorm';
import { ComparisonEntity, HistoryEntity } from '../entities/comparison.entity';
import type { PairEntity } from '../entities/pair.entity';
import { requireTransition, type ComparisonState } from './comparison-state';
import { reasonOf, type ReasonCode } from './reasons';
import { addStep, type StepPayload } from './steps';

/** States that a comparison ends in without an answer. */
type End = Extract<ComparisonState, 'declined' | 'disputed' | 'expired' | 'failed'>;

/**
 * The state machine of every comparison. All methods work in the caller's transaction, so a state, its history and
 * the job that follows from it are recorded together or not at all.
 */
@Injectable()
export class Comparisons {
  constructor(
    private readonly queue: JobQueue,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The comparison that a step is about, if the step's attempt is still in that state. */
  async current(
    em: EntityManager,
    { comparisonId, attempt }: StepPayload,
    state: ComparisonState,
  ): Promise<ComparisonEntity | null> {
    return em.findOneBy(ComparisonEntity, { id: comparisonId, attempt, state });
  }

  /** A step has become a dead letter: the comparison ends, or it would stay where it is and tell nobody. */
  async giveUp(
    em: EntityManager,
    step: StepPayload,
    state: 'created' | 'delivered' | 'answered',
  ): Promise<ComparisonEntity | null> {
    const comparison = await this.current(em, step, state);
    return comparison && this.end(em, comparison, 'failed', 'step-failed');
  }

  async create(em: EntityManager, pair: PairEntity, price: Amount): Promise<ComparisonEntity> {
    const now = Date.now();
    const comparison = em.create(ComparisonEntity, {
      id: newMessageId(),
      pairId: pair.pairId,
      agreementId: pair.agreementId,
      agreementHash: pair.agreementHash,
      keyHolder: pair.keyHolder,
      servicer: pair.servicer,
      state: 'created',
      reason: null,
      attempt: 1,
      price,
      orderId: newMessageId(),
      requestId: null,
      slot: null,
      requestExpiresAt: null,
      envelopeId: null,
      evidenceId: null,
      answerHash: null,
      messageAnswerHash: null,
      outcome: null,
      lots: null,
      createdAt: now,
    });
    await em.insert(ComparisonEntity, comparison);
    await em.insert(HistoryEntity, { comparisonId: comparison.id, state: 'created', at: now });
    await addStep(this.queue, em, 'comparison.order', comparison);
    return comparison;
  }

  /**
   * Begins again with the order. The sales contract decides whether that is the order of the last attempt, which is
   * paid for, or a new one.
   * @throws IllegalTransitionError unless it has ended without an outcome
   */
  async retry(em: EntityManager, comparison: ComparisonEntity, price: Amount): Promise<ComparisonEntity> {
    const retried = await this.move(em, comparison, 'created', {
      attempt: comparison.attempt + 1,
      price,
      orderId: newMessageId(),
      requestId: null,
      slot: null,
      requestExpiresAt: null,
      envelopeId: null,
      evidenceId: null,
      messageAnswerHash: null,
    });
    await addStep(this.queue, em, 'comparison.order', retried);
    return retried;
  }

  /** Brings the row, also the one in hand, to the next state. @throws IllegalTransitionError */
  async move(
    em: EntityManager,
    comparison: ComparisonEntity,
    to: ComparisonState,
    changes: Partial<ComparisonEntity> = {},
  ): Promise<ComparisonEntity> {
    requireTransition(comparison.state, to);
    const { id, state: from, attempt } = comparison;
    const changed = { reason: null, ...changes, state: to };
    await em.update(ComparisonEntity, { id }, changed);
    await em.insert(HistoryEntity, { comparisonId: id, state: to, at: Date.now() });
    this.log.info({ comparison: id, attempt, from, to }, 'a comparison went on');
    return Object.assign(comparison, changed);
  }

  /** Ends it without an answer; its slot of the budget, if it had one, is free once the ledger says so. */
  async end(
    em: EntityManager,
    comparison: ComparisonEntity,
    to: End,
    code: ReasonCode,
    detail?: string,
  ): Promise<ComparisonEntity> {
    const nothing = { slot: null, answerHash: null, outcome: null };
    return this.move(em, comparison, to, { ...nothing, reason: reasonOf(code, detail) });
  }
}
