import { In, type EntityManager } from 'typeorm';
import type { AgreementEntity } from '../entities/agreement.entity';
import { AnswerEntity } from '../entities/answer.entity';

/** Answers given under an agreement, over all its versions, and what its budget leaves. */
export interface AgreementUse {
  readonly answersUsed: number;
  readonly answersLeft: number;
}

/** By this company's own count, keyed by agreement id; `versions` holds one version of each agreement. */
export async function agreementUse(
  em: EntityManager,
  versions: readonly AgreementEntity[],
): Promise<ReadonlyMap<string, AgreementUse>> {
  if (versions.length === 0) return new Map();
  const rows = await em
    .createQueryBuilder(AnswerEntity, 'answer')
    .select('answer.agreementId', 'agreementId')
    .addSelect('COUNT(*)', 'used')
    .where({ charged: true, agreementId: In(versions.map(({ agreementId }) => agreementId)) })
    .groupBy('answer.agreementId')
    .getRawMany<{ agreementId: string; used: number | string }>();
  const used = new Map(rows.map((row) => [row.agreementId, Number(row.used)]));
  return new Map(
    versions.map(({ agreementId, terms }) => {
      const answersUsed = used.get(agreementId) ?? 0;
      return [agreementId, { answersUsed, answersLeft: Math.max(terms.answerBudget - answersUsed, 0) }];
    }),
  );
}
