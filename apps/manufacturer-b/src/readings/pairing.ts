import { AtRest } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import type { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { PairPublisher } from '../publishing/pair-publisher';
import { encodingFaults } from './row-checker';
import { openReading } from './sealed-reading';
import { activeAgreements } from './series';

/** Decides which readings are compared under which agreements, and hands them to the publisher. */
@Injectable()
export class Pairing {
  constructor(
    private readonly publisher: PairPublisher,
    private readonly atRest: AtRest,
  ) {}

  /**
   * Pairs a reading with the one before it under each of these agreements. A reading may be older than an agreement
   * and not fit in its encoding: there is no pair then, and comparing starts with the next reading.
   * @param supersedes the published pair that this one corrects
   * @returns the new pairs' ids
   */
  async pair(
    em: EntityManager,
    agreements: readonly AgreementEntity[],
    x: ReadingEntity,
    y: ReadingEntity,
    supersedes: string | null = null,
  ): Promise<string[]> {
    const pairIds: string[] = [];
    for (const agreement of agreements) {
      if (!this.encodes(agreement, x) || !this.encodes(agreement, y)) continue;
      const { pairId } = await this.publisher.enqueue(em, { agreement, x, y, supersedes });
      pairIds.push(pairId);
    }
    return pairIds;
  }

  /**
   * Replaces every pair that an earlier revision of this reading went into, the one with the reading before and the
   * one with the reading after it. Where an agreement is not in force any more, nothing can be published: what was
   * published stays as it is.
   * @returns the new pairs' ids
   */
  async replace(em: EntityManager, corrected: ReadingEntity): Promise<string[]> {
    const { quantity, sequence } = corrected;
    const agreements = await activeAgreements(em, Date.now(), quantity);
    const pairIds: string[] = [];
    for (const wrong of await latestPairs(em, corrected)) {
      const agreement = agreements.find(({ agreementId }) => agreementId === wrong.agreementId);
      const neighbour = await em.findOneByOrFail(ReadingEntity, {
        quantity,
        current: true,
        sequence: wrong.sequenceX === sequence ? wrong.sequenceY : wrong.sequenceX,
      });
      if (!agreement) continue;
      const [x, y] = wrong.sequenceX === sequence ? [corrected, neighbour] : [neighbour, corrected];
      pairIds.push(...(await this.pair(em, [agreement], x, y, wrong.pairId)));
    }
    return pairIds;
  }

  /** Whether the reading has an encoding under the agreement. */
  encodes(agreement: AgreementEntity, reading: ReadingEntity): boolean {
    return encodingFaults(openReading(this.atRest, reading).value, [agreement]).length === 0;
  }
}

/** The pairs with a revision of this reading that no later pair corrects; what failed never was a pair. */
async function latestPairs(em: EntityManager, { quantity, sequence }: ReadingEntity): Promise<PairEntity[]> {
  const revisions = await em.find(ReadingEntity, { where: { quantity, sequence }, select: { id: true } });
  const ids = In(revisions.map(({ id }) => id));
  const pairs = (
    await em.find(PairEntity, {
      where: [{ readingX: ids }, { readingY: ids }],
      order: { sequenceX: 'ASC', agreementId: 'ASC' },
    })
  ).filter(({ state }) => state !== 'failed');
  const corrected = new Set(pairs.map(({ supersedes }) => supersedes));
  return pairs.filter(({ pairId }) => !corrected.has(pairId));
}
