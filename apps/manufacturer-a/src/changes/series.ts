import type { EntityManager } from 'typeorm';
import { PairEntity } from '../entities/pair.entity';

/** One key holder's readings of one quantity; all agreements about it share the sequence. */
export interface SeriesName {
  readonly keyHolder: string;
  readonly quantity: string;
}

/**
 * Times of the first reading of each series that this company knows of (X of its first pair), milliseconds UTC; month
 * numbers count from there.
 */
export async function firstReadings(em: EntityManager): Promise<(series: SeriesName) => number> {
  const rows = await em
    .createQueryBuilder(PairEntity, 'pair')
    .select(['pair.keyHolder AS keyHolder', 'pair.quantity AS quantity', 'MIN(pair.takenAtX) AS first'])
    .groupBy('pair.keyHolder')
    .addGroupBy('pair.quantity')
    .getRawMany<{ keyHolder: string; quantity: string; first: number | string }>();
  const firsts = new Map(rows.map((row) => [nameOf(row), Number(row.first)]));
  return (series) => firsts.get(nameOf(series)) ?? 0;
}

function nameOf({ keyHolder, quantity }: SeriesName): string {
  return JSON.stringify([keyHolder, quantity]);
}
