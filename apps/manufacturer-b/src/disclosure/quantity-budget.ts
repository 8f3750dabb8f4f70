import { Injectable } from '@nestjs/common';
import { TacitError } from '@tacit/core';
import type { EntityManager } from 'typeorm';
import { BudgetEntity } from '../entities/budget.entity';

/** All the answers that this company allows about a quantity have been given. */
export class BudgetExceededError extends TacitError<'budget-exceeded'> {
  override readonly name = 'BudgetExceededError';
}

/**
 * How many answers about a quantity are given in all. The agreements' own budgets are kept by the channels, each
 * blind to the others; this total is known here alone.
 */
@Injectable()
export class QuantityBudget {
  /**
   * Charges one answer, in the transaction that stores it.
   * @throws BudgetExceededError when nothing is left: the transaction must not commit an answer.
   */
  async reserve(em: EntityManager, quantity: string): Promise<void> {
    const { total, used } = await this.#load(em, quantity);
    if (total !== null && used >= total) {
      throw new BudgetExceededError(
        'budget-exceeded',
        `all ${total} answers about the quantity have been given`,
      );
    }
    await em.save(BudgetEntity, { quantity, total, used: used + 1 });
  }

  /** @param total answers over all companies, versions and time; null for no total of its own. Below what was used: nothing more is answered. */
  async setTotal(em: EntityManager, quantity: string, total: number | null): Promise<BudgetEntity> {
    const { used } = await this.#load(em, quantity);
    return em.save(BudgetEntity, { quantity, total, used });
  }

  /** Answers that the total still allows; null when there is no total. */
  async left(em: EntityManager, quantity: string): Promise<number | null> {
    return answersLeft(await this.#load(em, quantity));
  }

  async #load(em: EntityManager, quantity: string): Promise<Pick<BudgetEntity, 'total' | 'used'>> {
    return (await em.findOneBy(BudgetEntity, { quantity })) ?? { total: null, used: 0 };
  }
}

/** Never negative: a total may be lowered below what was used. */
export function answersLeft({ total, used }: Pick<BudgetEntity, 'total' | 'used'>): number | null {
  return total === null ? null : Math.max(total - used, 0);
}
