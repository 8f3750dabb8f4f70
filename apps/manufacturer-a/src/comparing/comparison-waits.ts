import { Database, Waits, type WaitSource } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ComparisonEntity, HistoryEntity } from '../entities/comparison.entity';

type Wait = Awaited<ReturnType<WaitSource>>[number];

/** What is ordered waits for its servicer, and what is asked for its key holder, without a job that would say so. */
@Injectable()
export class ComparisonWaits {
  constructor(waits: Waits, database: Database) {
    waits.add(() =>
      database.read(async (em) => [
        ...(await waitsIn(em, 'ordered', 'servicer')),
        ...(await waitsIn(em, 'requested', 'keyHolder')),
      ]),
    );
  }
}

async function waitsIn(
  em: EntityManager,
  state: 'ordered' | 'requested',
  counterparty: 'servicer' | 'keyHolder',
): Promise<Wait[]> {
  const rows = await em
    .createQueryBuilder(ComparisonEntity, 'comparison')
    .innerJoin(HistoryEntity, 'history', `history.id = (${latestEntry(em)})`)
    .select([`comparison.${counterparty} AS counterparty`, 'COUNT(*) AS jobs', 'MIN(history.at) AS since'])
    .where('comparison.state = :state', { state })
    .groupBy(`comparison.${counterparty}`)
    .getRawMany<{ counterparty: string; jobs: number | string; since: number | string }>();
  return rows.map((row) => ({ ...row, jobs: Number(row.jobs), since: Number(row.since) }));
}

/** With it, a comparison came into the state that it is in. */
function latestEntry(em: EntityManager): string {
  return em
    .createQueryBuilder(HistoryEntity, 'latest')
    .select('MAX(latest.id)')
    .where('latest.comparisonId = comparison.id')
    .getQuery();
}
