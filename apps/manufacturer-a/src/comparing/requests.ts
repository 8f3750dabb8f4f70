import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  JobQueue,
  Mailer,
  newMessageId,
  Submissions,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import type { BudgetState, ContractErrorCode, RequestRecord, RequestTerms } from '@tacit/contracts';
import { fromBase64url } from '@tacit/core';
import type { LedgerCall, LedgerError } from '@tacit/ledger';
import { In, type EntityManager } from 'typeorm';
import { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { LateAnswerEntity } from '../entities/late-answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { LedgerReader } from '../ledger-reader';
import type { Settings } from '../settings';
import { Comparisons } from './comparisons';
import type { ReasonCode } from './reasons';
import { chooseSlot } from './slots';
import { addStep, type StepPayload } from './steps';

type Ending = readonly [state: 'declined' | 'failed', reason: ReasonCode];

/** What a refusal of the contract means. Another slot and another expiry are simply tried. */
const ENDINGS: Partial<Record<string, Ending>> = {
  'agreement-paused': ['declined', 'agreement-paused'],
  'agreement-expired': ['failed', 'agreement-expired'],
  'agreement-not-active': ['failed', 'agreement-expired'],
  'budget-exceeded': ['failed', 'budget-exceeded'],
  'request-live': ['failed', 'request-live'],
  'bad-vector': ['failed', 'bad-record'],
  'bad-record': ['failed', 'bad-record'],
} satisfies Partial<Record<ContractErrorCode, Ending>>;

const CHOOSE_AGAIN: readonly (string | undefined)[] = [
  'slot-taken',
  'request-expired',
  'request-exists',
] satisfies ContractErrorCode[];

/** Milliseconds. Until the ledger's view moves on, the same slot would be chosen and refused again. */
const CHOOSE_AGAIN_AFTER = 250;

/** Asks: delivered → requested. The request goes on the ledger first, the question to the key holder after it. */
@Injectable()
export class Requests {
  constructor(
    private readonly queue: JobQueue,
    private readonly database: Database,
    private readonly submissions: Submissions,
    private readonly mailer: Mailer,
    private readonly reader: LedgerReader,
    private readonly comparisons: Comparisons,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig<Settings>,
  ) {
    queue.register<StepPayload>('comparison.request', {
      concurrency: 4,
      handle: ({ payload }) => this.#choose(payload),
      onDead: async (em, { payload }) => {
        await this.comparisons.giveUp(em, payload, 'delivered');
      },
    });
    submissions.on('requestComparison', {
      submitted: (em, call) => this.#requested(em, call.input as RequestTerms),
      refused: (em, call, error) => this.#refused(em, call, error),
    });
    queue.register<{ requestId: string }>('request.expire', {
      handle: ({ payload }) => this.#expire(payload.requestId),
    });
  }

  async #choose(step: StepPayload): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await this.comparisons.current(em, step, 'delivered');
      if (comparison === null) return null;
      const { pairId } = comparison;
      return { comparison, pair: await em.findOneByOrFail(PairEntity, { pairId }) };
    });
    if (found === null) return async () => {};
    const { agreementId } = found.comparison;
    const { channel } = found.pair;
    const budget = await this.reader.read<BudgetState>(channel, 'getBudget', { agreementId });
    return (em) => this.#submit(em, step, channel, budget);
  }

  /** The slot is chosen where rows are written, so that two requests never choose the same one. */
  async #submit(em: EntityManager, step: StepPayload, channel: string, budget: BudgetState): Promise<void> {
    const comparison = await this.comparisons.current(em, step, 'delivered');
    if (comparison === null || comparison.requestId !== null) return;
    const { agreementId, pairId } = comparison;
    const chosen = await em.findBy(ComparisonEntity, {
      agreementId,
      state: In(['delivered', 'requested', 'answered', 'verified', 'disputed']),
    });
    const taken = new Set(chosen.flatMap(({ slot }) => slot ?? []));
    const slot = chooseSlot(budget.freeSlot, taken, budget.answerBudget);
    if (slot === null) {
      await this.comparisons.end(em, comparison, 'failed', 'budget-exceeded');
      return;
    }
    const { w, zHash } = await em.findOneByOrFail(EvaluationEntity, { pairId });
    const expiresAt = Date.now() + this.config.settings.requestLifetime;
    const requestId = newMessageId();
    const terms = { requestId, pairId, zHash, nonce: newMessageId(), expiresAt, slot };
    await em.update(
      ComparisonEntity,
      { id: comparison.id },
      { requestId, slot, requestExpiresAt: expiresAt },
    );
    await this.submissions.add(em, {
      channel,
      name: 'requestComparison',
      input: terms,
      transient: { w: fromBase64url(w) },
      key: requestId,
    });
  }

  async #requested(em: EntityManager, { requestId, pairId, zHash, expiresAt }: RequestTerms): Promise<void> {
    const comparison = await em.findOneBy(ComparisonEntity, { requestId, state: 'delivered' });
    if (comparison === null) return;
    const { rise } = await em.findOneByOrFail(EvaluationEntity, { pairId });
    const envelopeId = await this.mailer.prepare(em, {
      type: 'answer-request',
      to: comparison.keyHolder,
      payload: { requestId, pairId, zHash, rise: rise ?? '' },
      lifetime: Math.max(1, expiresAt - Date.now()),
    });
    await this.comparisons.move(em, comparison, 'requested', { envelopeId });
    await this.queue.add(em, 'request.expire', requestId, { requestId }, { notBefore: expiresAt });
  }

  async #refused(em: EntityManager, { input }: LedgerCall, error: LedgerError): Promise<void> {
    const { requestId } = input as RequestTerms;
    const comparison = await em.findOneBy(ComparisonEntity, { requestId, state: 'delivered' });
    if (comparison === null) return;
    if (CHOOSE_AGAIN.includes(error.contractCode)) {
      const cleared = { requestId: null, slot: null, requestExpiresAt: null };
      await em.update(ComparisonEntity, { id: comparison.id }, cleared);
      const notBefore = Date.now() + CHOOSE_AGAIN_AFTER;
      await addStep(this.queue, em, 'comparison.request', comparison, { turn: requestId, notBefore });
      return;
    }
    if (error.contractCode === 'request-live' && (await this.#adoptLateAnswer(em, comparison))) return;
    const known = ENDINGS[error.contractCode ?? ''];
    const [state, reason] = known ?? (['failed', 'request-refused'] as const);
    const detail = known === undefined ? error.message : undefined;
    await this.comparisons.end(em, comparison, state, reason, detail);
  }

  /** The request that is in the way was answered after its attempt had ended: that answer is about this pair. */
  async #adoptLateAnswer(em: EntityManager, comparison: ComparisonEntity): Promise<boolean> {
    const late = await em.findOneBy(LateAnswerEntity, { pairId: comparison.pairId });
    if (late === null) return false;
    const { requestId } = late;
    await this.comparisons.move(em, comparison, 'requested', { requestId, slot: null });
    await this.queue.add(em, 'comparison.conclude', requestId, { requestId });
    return true;
  }

  /** By this company's clock the time is over. What the ledger says by then decides how it ends. */
  async #expire(requestId: string): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await em.findOneBy(ComparisonEntity, { requestId, state: 'requested' });
      return comparison && em.findOneByOrFail(PairEntity, { pairId: comparison.pairId });
    });
    if (found === null) return async () => {};
    const { status } = await this.reader.read<RequestRecord>(found.channel, 'getRequest', { requestId });
    return async (em) => {
      const comparison = await em.findOneBy(ComparisonEntity, { requestId, state: 'requested' });
      if (comparison === null || status === 'answered') return;
      if (status === 'refused') {
        await this.comparisons.end(em, comparison, 'declined', 'key-holder-declined');
      } else {
        await this.comparisons.end(em, comparison, 'expired', 'not-answered');
      }
    };
  }
}
