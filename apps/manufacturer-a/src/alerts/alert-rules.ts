import { Inject, Injectable } from '@nestjs/common';
import { Database, LOG, newMessageId, type Log } from '@tacit/company';
import { In, MoreThan, type EntityManager } from 'typeorm';
import { isSignificant, type AlertDirection } from '../changes/significance';
import { AlertEntity, AlertRuleEntity } from '../entities/alert.entity';
import { ComparisonEntity } from '../entities/comparison.entity';
import { PairEntity } from '../entities/pair.entity';

export interface RuleTerms {
  readonly quantity: string;
  readonly limit: string;
  readonly direction: AlertDirection;
}

/** An alert with the outcome that it is about. */
export interface FiredAlert {
  readonly alert: AlertEntity;
  readonly comparison: ComparisonEntity;
  readonly pair: PairEntity;
}

/** Most alerts of one rule that a list shows, the newest. */
const SHOWN_ALERTS = 100;

/** From which changes on this company wants to know, and which there were. */
@Injectable()
export class AlertRules {
  constructor(
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /**
   * Sets the limit for a quantity and a direction; what is known already is held against it at once. Alerts that have
   * fired stay, with the limit that they fired at.
   */
  async put(terms: RuleTerms): Promise<AlertRuleEntity> {
    const { quantity, direction, limit } = terms;
    return this.database.transaction(async (em) => {
      const existing = await em.findOneBy(AlertRuleEntity, { quantity, direction });
      const { id, createdAt } = existing ?? { id: newMessageId(), createdAt: Date.now() };
      const rule = await em.save(AlertRuleEntity, { id, quantity, direction, limit, createdAt });
      const pairs = await em.findBy(PairEntity, { quantity });
      const byId = new Map(pairs.map((pair) => [pair.pairId, pair]));
      for (const comparison of await em.findBy(ComparisonEntity, { state: 'verified' })) {
        const pair = byId.get(comparison.pairId);
        if (pair) await this.#fire(em, rule, comparison, pair);
      }
      return rule;
    });
  }

  /** Rules in the order of their making, those after `after`. */
  list(limit: number, after?: readonly [createdAt: number, id: string]): Promise<AlertRuleEntity[]> {
    const where =
      after === undefined
        ? {}
        : [{ createdAt: MoreThan(after[0]) }, { createdAt: after[0], id: MoreThan(after[1]) }];
    return this.database.read((em) =>
      em.find(AlertRuleEntity, { where, order: { createdAt: 'ASC', id: 'ASC' }, take: limit }),
    );
  }

  /** The newest alerts of a rule. */
  fired(ruleId: string): Promise<FiredAlert[]> {
    return this.database.read(async (em) => {
      const alerts = await em.find(AlertEntity, {
        where: { ruleId },
        order: { id: 'DESC' },
        take: SHOWN_ALERTS,
      });
      const comparisons = await em.findBy(ComparisonEntity, {
        id: In(alerts.map(({ comparisonId }) => comparisonId)),
      });
      const pairs = await em.findBy(PairEntity, { pairId: In(comparisons.map(({ pairId }) => pairId)) });
      return alerts.flatMap((alert) => {
        const comparison = comparisons.find(({ id }) => id === alert.comparisonId);
        const pair = pairs.find(({ pairId }) => pairId === comparison?.pairId);
        return comparison && pair ? [{ alert, comparison, pair }] : [];
      });
    });
  }

  /** Holds an outcome whose proof has just been verified against the rules of its quantity. */
  async fire(em: EntityManager, comparison: ComparisonEntity, pair: PairEntity): Promise<void> {
    for (const rule of await em.findBy(AlertRuleEntity, { quantity: pair.quantity })) {
      await this.#fire(em, rule, comparison, pair);
    }
  }

  async #fire(
    em: EntityManager,
    rule: AlertRuleEntity,
    { id: comparisonId, outcome }: ComparisonEntity,
    { measure }: PairEntity,
  ): Promise<void> {
    if (outcome === null || !isSignificant({ measure, outcome }, rule)) return;
    const { id: ruleId, limit } = rule;
    if (await em.existsBy(AlertEntity, { ruleId, comparisonId })) return;
    await em.insert(AlertEntity, { ruleId, comparisonId, limit, firedAt: Date.now() });
    this.log.warn({ rule: ruleId, comparison: comparisonId }, 'an alert fired');
  }
}
