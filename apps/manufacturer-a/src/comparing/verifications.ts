import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  JobQueue,
  Submissions,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import { answerHash, ComparisonError, parseAnswer, type Answer, type QualityRecord } from '@tacit/comparison';
import type { Verdict } from '@tacit/contracts';
import { recordHash } from '@tacit/core';
import type { EntityManager } from 'typeorm';
import { Alarms } from '../alarms';
import { AlertRules } from '../alerts/alert-rules';
import { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { LateAnswerEntity } from '../entities/late-answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { LedgerReader } from '../ledger-reader';
import { ComparingThreads } from './comparing-threads';
import { Comparisons } from './comparisons';
import { reasonOf } from './reasons';
import type { StepPayload } from './steps';

/** answered → verified | disputed: this company checks the answer's proof and records what it has found. */
@Injectable()
export class Verifications {
  constructor(
    queue: JobQueue,
    private readonly submissions: Submissions,
    private readonly database: Database,
    private readonly reader: LedgerReader,
    private readonly threads: ComparingThreads,
    private readonly comparisons: Comparisons,
    private readonly alerts: AlertRules,
    private readonly alarms: Alarms,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
  ) {
    queue.register<StepPayload>('comparison.verify', {
      concurrency: 2,
      handle: ({ payload }) => this.#verify(payload),
      onDead: (em, { payload }) => this.#giveUp(em, payload),
    });
    submissions.on('concludeAnswer', {
      refused: async (_em, { input }, { contractCode = null }) => {
        const { requestId } = input as { requestId: string };
        this.alarms.raise('verdict-refused', { requestId, contractCode });
      },
    });
  }

  async #verify(step: StepPayload): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await this.comparisons.current(em, step, 'answered');
      if (comparison === null) return null;
      const { pairId } = comparison;
      const pair = await em.findOneByOrFail(PairEntity, { pairId });
      const { w } = await em.findOneByOrFail(EvaluationEntity, { pairId });
      return { comparison, pair, w };
    });
    if (found === null) return async () => {};
    const { comparison, pair, w } = found;
    const { channel, pairId, bits } = pair;
    const record = await this.reader.read<QualityRecord>(channel, 'getPair', { pairId });
    if (recordHash('quality', record) !== pair.recordHash) return this.#distrust(step, pair);
    const answer = await this.#readAnswer(channel, comparison, bits);
    const evaluator = this.config.company;
    const holds = await this.threads.run('holdsProof', { record, bits, w, evaluator, answer });
    return (em) => this.#conclude(em, step, pair, holds);
  }

  /** @throws ComparisonError `bad-answer` when it is no longer the answer that the outcome was read from */
  async #readAnswer(channel: string, comparison: ComparisonEntity, bits: number): Promise<Answer> {
    const { requestId } = comparison;
    const answer = parseAnswer(
      await this.reader.read(channel, 'getAnswer', { requestId: requestId ?? '' }),
      bits,
    );
    if (answerHash(answer) !== comparison.answerHash) {
      throw new ComparisonError('bad-answer', 'the ledger holds another answer than before');
    }
    return answer;
  }

  async #conclude(em: EntityManager, step: StepPayload, pair: PairEntity, holds: boolean): Promise<void> {
    const comparison = await this.comparisons.current(em, step, 'answered');
    if (comparison === null) return;
    const { requestId, keyHolder } = comparison;
    const verdict: Verdict = holds ? 'verified' : 'disputed';
    if (holds) {
      const verified = await this.comparisons.move(em, comparison, 'verified');
      await this.alerts.fire(em, verified, pair);
    } else {
      this.alarms.raise('bad-proof', { requestId, keyHolder });
      await this.comparisons.move(em, comparison, 'disputed', { reason: reasonOf('proof-refused') });
    }
    await this.submissions.add(em, {
      channel: pair.channel,
      name: 'concludeAnswer',
      input: { requestId, verdict },
      key: requestId ?? '',
    });
  }

  /** The ledger holds another record than the one that was checked when it appeared. */
  #distrust(step: StepPayload, { pairId, keyHolder }: PairEntity): Completion {
    return async (em) => {
      const comparison = await this.comparisons.current(em, step, 'answered');
      if (comparison === null) return;
      this.alarms.raise('altered-record', { pairId, keyHolder });
      await this.comparisons.end(em, comparison, 'failed', 'bad-record', 'its record has changed since');
    };
  }

  /** The answer is on the ledger for good: tried again, the comparison comes back to it. */
  async #giveUp(em: EntityManager, step: StepPayload): Promise<void> {
    const failed = await this.comparisons.giveUp(em, step, 'answered');
    if (failed?.requestId == null) return;
    const { pairId, requestId } = failed;
    await em.save(LateAnswerEntity, { pairId, requestId });
  }
}
