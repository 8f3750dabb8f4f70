import { JobQueue, type Completion, type Job } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import {
  addRenewal,
  REFUSED_AS_SUPERSEDED,
  RENEW_PAIRS,
  type RenewPairsJob,
} from '../publishing/renewal-job';
import { Pairing } from './pairing';
import { activeAgreements } from './series';

/** Pairs that one transaction makes anew: other work gets its turn in between. */
const PAIRS_AT_ONCE = 50;

/**
 * The contract takes pairs of the accepted version only. What was not published when the next version was accepted
 * is made anew under that one, from the readings as they stand; what was published stays as it is.
 */
@Injectable()
export class PairRenewal {
  constructor(
    private readonly queue: JobQueue,
    private readonly pairing: Pairing,
  ) {
    queue.register<RenewPairsJob>(RENEW_PAIRS, { handle: async (job) => this.#renewSome(job) });
  }

  #renewSome({ payload: { agreementHash } }: Job<RenewPairsJob>): Completion {
    return async (em) => {
      const { status, agreementId, quantity } = await em.findOneByOrFail(AgreementEntity, { agreementHash });
      // The contract may tell earlier than the channel's event, which adds this job once more.
      if (status !== 'superseded') return;
      const agreements = await activeAgreements(em, Date.now(), quantity);
      const successors = agreements.filter((agreement) => agreement.agreementId === agreementId);
      const pairs = await em.find(PairEntity, {
        where: [
          { agreementHash, state: 'queued' },
          { agreementHash, state: 'failed', reason: REFUSED_AS_SUPERSEDED },
        ],
        order: { sequenceX: 'ASC', pairId: 'ASC' },
        take: PAIRS_AT_ONCE,
      });
      for (const pair of pairs) await this.#renew(em, pair, successors);
      const last = pairs.at(-1);
      if (last) await addRenewal(this.queue, em, agreementHash, `after:${last.pairId}`);
    };
  }

  async #renew(em: EntityManager, pair: PairEntity, successors: readonly AgreementEntity[]): Promise<void> {
    const { pairId, quantity, sequenceX, sequenceY, supersedes } = pair;
    await em.update(PairEntity, { pairId }, { state: 'failed', reason: 'agreement-superseded' });
    const current = (sequence: number): Promise<ReadingEntity> =>
      em.findOneByOrFail(ReadingEntity, { quantity, sequence, current: true });
    const [x, y] = [await current(sequenceX), await current(sequenceY)];
    await this.pairing.pair(em, successors, x, y, supersedes);
  }
}
