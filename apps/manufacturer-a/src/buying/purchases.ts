import { Injectable } from '@nestjs/common';
import { Database, ProblemException, type ProblemCode } from '@tacit/company';
import { In } from 'typeorm';
import { isRetriable } from '../comparing/comparison-state';
import { Comparisons } from '../comparing/comparisons';
import { ComparisonEntity } from '../entities/comparison.entity';
import { PairEntity } from '../entities/pair.entity';
import { PurchaseAdvisor, type Advice, type BudgetUse } from './advisor';
import { mayBeForced, type AnswerabilityCode } from './answerability';

/** Decisions to buy: each pair once, and not against the prospects unless the buyer insists. */
@Injectable()
export class Purchases {
  constructor(
    private readonly database: Database,
    private readonly advisor: PurchaseAdvisor,
    private readonly comparisons: Comparisons,
  ) {}

  /** What buying these pairs together would cost. @throws ProblemException `pair-not-found` */
  async forecast(
    pairIds: readonly string[],
  ): Promise<{ advice: readonly Advice[]; budgets: readonly BudgetUse[] }> {
    return this.advisor.advise(await this.#pairs(pairIds), true);
  }

  /**
   * The pairs' comparisons, in their order; for a pair that has none yet, one is begun.
   * @param force true: also when an answer is unlikely
   * @throws ProblemException `pair-not-found`, `no-credential`, `no-price`, `not-answerable`; nothing is then begun
   */
  async buy(pairIds: readonly string[], force: boolean): Promise<ComparisonEntity[]> {
    const { advice } = await this.forecast(pairIds);
    requireProspects(
      advice.filter(({ comparison }) => comparison === null),
      pairIds,
      force,
    );
    return this.database.transaction(async (em) => {
      const comparisons: ComparisonEntity[] = [];
      for (const { pair, price } of advice) {
        const existing = await em.findOneBy(ComparisonEntity, { pairId: pair.pairId });
        if (existing !== null) comparisons.push(existing);
        else if (price !== null) comparisons.push(await this.comparisons.create(em, pair, price));
      }
      return comparisons;
    });
  }

  /**
   * Tries a comparison again that has ended without an outcome.
   * @throws ProblemException `comparison-not-found`, `conflict`, and as `buy`
   */
  async retry(id: string, force: boolean): Promise<ComparisonEntity> {
    const comparison = await this.database.read((em) => em.findOneBy(ComparisonEntity, { id }));
    requireRetriable(comparison);
    const { advice } = await this.forecast([comparison.pairId]);
    requireProspects(advice, [comparison.pairId], force);
    const price = advice[0]?.price ?? comparison.price;
    return this.database.transaction(async (em) => {
      const current = await em.findOneBy(ComparisonEntity, { id });
      requireRetriable(current);
      return this.comparisons.retry(em, current, price);
    });
  }

  async #pairs(pairIds: readonly string[]): Promise<PairEntity[]> {
    const wanted = [...new Set(pairIds)];
    const found = await this.database.read((em) => em.findBy(PairEntity, { pairId: In(wanted) }));
    const byId = new Map(found.map((pair) => [pair.pairId, pair]));
    const errors = pairIds.flatMap((pairId, i) =>
      byId.has(pairId)
        ? []
        : [{ path: `pairIds[${i}]`, message: 'no such pair was published to this company' }],
    );
    if (errors.length > 0) {
      throw new ProblemException('pair-not-found', { detail: `${errors.length} unknown`, errors });
    }
    return wanted.flatMap((pairId) => byId.get(pairId) ?? []);
  }
}

function requireRetriable(comparison: ComparisonEntity | null): asserts comparison is ComparisonEntity {
  if (comparison === null) throw new ProblemException('comparison-not-found');
  if (!isRetriable(comparison)) {
    throw new ProblemException('conflict', {
      detail: `the comparison is ${comparison.state}; only one that has ended without an answer is tried again`,
      next: 'Read GET /comparisons/{id}.',
    });
  }
}

const OWN_PROBLEMS: Partial<Record<AnswerabilityCode, ProblemCode>> = {
  'no-credential': 'no-credential',
  'no-price': 'no-price',
};

/** Refuses before anything is paid for. */
function requireProspects(advice: readonly Advice[], pairIds: readonly string[], force: boolean): void {
  const against = advice.filter(({ answerable }) => (force ? !mayBeForced(answerable) : !answerable.likely));
  const [first] = against;
  if (first === undefined) return;
  const errors = against.map(({ pair, answerable }) => ({
    path: `pairIds[${pairIds.indexOf(pair.pairId)}]`,
    message: `${answerable.code}: ${answerable.reason}`,
  }));
  const own = OWN_PROBLEMS[first.answerable.code];
  if (own !== undefined) throw new ProblemException(own, { errors });
  const forcible = against.every(({ answerable }) => mayBeForced(answerable));
  throw new ProblemException('not-answerable', {
    detail: `${against.length} of the pairs will probably not be answered; nothing was bought`,
    errors,
    ...(!forcible && { next: 'Leave out the pairs named in errors; they cannot be answered.' }),
  });
}
