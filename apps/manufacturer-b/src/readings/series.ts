import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { ReadingEntity } from '../entities/reading.entity';

/** One quantity as the next reading meets it. */
export interface Series {
  readonly last: { readonly sequence: number; readonly takenAt: number } | null;
  /** Accepted and unexpired, paused or not: the next reading must fit in every one of them. */
  readonly agreements: readonly AgreementEntity[];
}

export const EMPTY_SERIES: Series = { last: null, agreements: [] };

/** The series of all quantities, or of one, at a moment. */
export async function loadSeries(
  em: EntityManager,
  now: number,
  quantity?: string,
): Promise<ReadonlyMap<string, Series>> {
  const where = quantity === undefined ? {} : { quantity };
  // Times grow with the sequence, so the two maxima are of one reading.
  const lasts = await em
    .createQueryBuilder(ReadingEntity, 'reading')
    .select('reading.quantity', 'quantity')
    .addSelect('MAX(reading.sequence)', 'sequence')
    .addSelect('MAX(reading.takenAt)', 'takenAt')
    .where(where)
    .groupBy('reading.quantity')
    .getRawMany<{ quantity: string; sequence: number | string; takenAt: number | string }>();
  const agreements = await activeAgreements(em, now, quantity);

  const series = new Map<string, Series>();
  for (const { quantity: name, sequence, takenAt } of lasts) {
    const last = { sequence: Number(sequence), takenAt: Number(takenAt) };
    series.set(name, { last, agreements: agreements.filter((agreement) => agreement.quantity === name) });
  }
  for (const { quantity: name } of agreements) {
    if (!series.has(name)) {
      series.set(name, {
        last: null,
        agreements: agreements.filter((agreement) => agreement.quantity === name),
      });
    }
  }
  return series;
}

/** Accepted and unexpired agreements, in the order of their making. */
export async function activeAgreements(
  em: EntityManager,
  now: number,
  quantity?: string,
): Promise<AgreementEntity[]> {
  const accepted = await em.find(AgreementEntity, {
    where: { status: 'accepted', ...(quantity === undefined ? {} : { quantity }) },
    order: { createdAt: 'ASC', agreementHash: 'ASC' },
  });
  return accepted.filter(({ terms }) => terms.expiresAt > now);
}

/** Equal for two moments between which nothing happened that the check of a reading depends on. */
export function sameSeries(a: Series, b: Series): boolean {
  const name = ({ last, agreements }: Series): string =>
    JSON.stringify([last, agreements.map(({ agreementHash }) => agreementHash)]);
  return name(a) === name(b);
}
