import { Injectable } from '@nestjs/common';
import { Database, JobQueue, type Completion } from '@tacit/company';
import type { QualityRecord } from '@tacit/comparison';
import { recordHash } from '@tacit/core';
import { Alarms } from '../alarms';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { PairEntity } from '../entities/pair.entity';
import { LedgerReader } from '../ledger-reader';
import { ComparingThreads } from './comparing-threads';
import { Comparisons } from './comparisons';
import { addStep, type StepPayload } from './steps';

/** Table 3 of the paper: z, computed once for a pair whatever happens to the comparison. */
@Injectable()
export class Evaluations {
  constructor(
    private readonly queue: JobQueue,
    private readonly database: Database,
    private readonly reader: LedgerReader,
    private readonly threads: ComparingThreads,
    private readonly comparisons: Comparisons,
    private readonly alarms: Alarms,
  ) {
    queue.register<StepPayload>('comparison.evaluate', {
      concurrency: 2,
      handle: ({ payload }) => this.#evaluate(payload),
      onDead: async (em, { payload }) => {
        await this.comparisons.giveUp(em, payload, 'delivered');
      },
    });
  }

  async #evaluate(step: StepPayload): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await this.comparisons.current(em, step, 'delivered');
      if (comparison === null) return null;
      const { pairId } = comparison;
      const pair = await em.findOneByOrFail(PairEntity, { pairId });
      return { pair, evaluation: await em.findOneByOrFail(EvaluationEntity, { pairId }) };
    });
    if (found === null) return async () => {};
    const { pair, evaluation } = found;
    if (evaluation.zHash !== null) return this.#goOn(step, {});
    const { pairId } = pair;
    const record = await this.reader.read<QualityRecord>(pair.channel, 'getPair', { pairId });
    if (recordHash('quality', record) !== pair.recordHash) return this.#distrust(step, pair);
    const { w } = evaluation;
    return this.#goOn(step, await this.threads.run('evaluatePair', { record, bits: pair.bits, w }));
  }

  #goOn(step: StepPayload, computed: Partial<Pick<EvaluationEntity, 'zHash' | 'rise'>>): Completion {
    return async (em) => {
      const comparison = await this.comparisons.current(em, step, 'delivered');
      if (comparison === null) return;
      const { pairId } = comparison;
      if (computed.zHash !== undefined) await em.update(EvaluationEntity, { pairId }, computed);
      await addStep(this.queue, em, 'comparison.request', comparison);
    };
  }

  /** The ledger holds another record than the one that was checked when it appeared. */
  #distrust(step: StepPayload, { pairId, keyHolder }: PairEntity): Completion {
    return async (em) => {
      const comparison = await this.comparisons.current(em, step, 'delivered');
      if (comparison === null) return;
      this.alarms.raise('altered-record', { pairId, keyHolder });
      await this.comparisons.end(em, comparison, 'failed', 'bad-record', 'its record has changed since');
    };
  }
}
