import { JobQueue, type Completion, type Job } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import { Between, type EntityManager } from 'typeorm';
import { ReadingEntity } from '../entities/reading.entity';
import { Pairing } from './pairing';
import { activeAgreements } from './series';

const PAIR_IMPORTED = 'readings.pair';

/** Readings that one transaction pairs: other work gets its turn in between. */
const READINGS_AT_ONCE = 50;

/** Pairs the readings `from` to `to`, both included, with the ones before them. */
interface PairImported {
  readonly quantity: string;
  readonly from: number;
  readonly to: number;
  /** The agreements that were in force at the import; an agreement accepted later starts with later readings. */
  readonly agreementIds: readonly string[];
}

/** An import stores its readings at once and pairs them bit by bit: a hundred thousand pairs take minutes to queue. */
@Injectable()
export class ImportPairing {
  constructor(
    private readonly queue: JobQueue,
    private readonly pairing: Pairing,
  ) {
    queue.register<PairImported>(PAIR_IMPORTED, { handle: async (job) => this.#pairSome(job) });
  }

  /** Adds the job. */
  async add(em: EntityManager, work: PairImported): Promise<void> {
    if (work.agreementIds.length === 0 || work.from > work.to) return;
    await this.queue.add(em, PAIR_IMPORTED, `${work.from}:${work.quantity}`, work);
  }

  #pairSome({ payload }: Job<PairImported>): Completion {
    return async (em) => {
      const { quantity, from, to, agreementIds } = payload;
      const last = Math.min(from + READINGS_AT_ONCE - 1, to);
      // A version that was accepted meanwhile takes the place of the one that was in force.
      const agreements = (await activeAgreements(em, Date.now(), quantity)).filter(({ agreementId }) =>
        agreementIds.includes(agreementId),
      );
      const readings = await em.find(ReadingEntity, {
        where: { quantity, current: true, sequence: Between(from - 1, last) },
        order: { sequence: 'ASC' },
      });
      for (const [i, y] of readings.entries()) {
        const x = readings[i - 1];
        if (x) await this.pairing.pair(em, agreements, x, y);
      }
      await this.add(em, { ...payload, from: last + 1 });
    };
  }
}
