import { Injectable } from '@nestjs/common';
import { Database, readCursor, toPage, type Page, type PageQuery } from '@tacit/company';
import { In, type EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { BudgetEntity } from '../entities/budget.entity';
import { agreementUse } from './agreement-budget';
import type { BudgetView } from './disclosure.dto';
import { answersLeft, QuantityBudget } from './quantity-budget';

/** Totals of answers by quantity, beside the budgets of the agreements in force. */
@Injectable()
export class BudgetsService {
  constructor(
    private readonly database: Database,
    private readonly budget: QuantityBudget,
  ) {}

  /** Quantities with a total, with answers given, or with an agreement in force; by name. */
  async list(query: PageQuery): Promise<Page<BudgetView>> {
    const [after = ''] = readCursor(query, 'string') ?? [];
    const views = await this.database.read(async (em) => {
      const budgets = await em.find(BudgetEntity, { select: { quantity: true } });
      const agreements = await em.find(AgreementEntity, {
        select: { quantity: true },
        where: { status: 'accepted' },
      });
      const names = new Set([...budgets, ...agreements].map(({ quantity }) => quantity));
      const page = [...names]
        .filter((name) => name > after)
        .sort(byCodeUnits)
        .slice(0, query.limit + 1);
      return this.#views(em, page);
    });
    return toPage(
      views,
      query,
      ({ quantity }) => [quantity],
      (view) => view,
    );
  }

  async setTotal(quantity: string, total: number | null): Promise<BudgetView> {
    return this.database.transaction(async (em) => {
      await this.budget.setTotal(em, quantity, total);
      const [view] = await this.#views(em, [quantity]);
      return view as BudgetView;
    });
  }

  async #views(em: EntityManager, quantities: readonly string[]): Promise<BudgetView[]> {
    const where = { quantity: In([...quantities]) };
    const budgets = await em.findBy(BudgetEntity, where);
    const agreements = await em.find(AgreementEntity, {
      where: { ...where, status: 'accepted' },
      order: { createdAt: 'ASC', agreementHash: 'ASC' },
    });
    const use = await agreementUse(em, agreements);
    return quantities.map((quantity) => {
      const { total, used } = budgets.find((row) => row.quantity === quantity) ?? { total: null, used: 0 };
      return {
        quantity,
        total,
        used,
        left: answersLeft({ total, used }),
        agreements: agreements
          .filter((agreement) => agreement.quantity === quantity)
          .map(({ agreementId, evaluator, terms: { answerBudget } }) => ({
            agreementId,
            evaluator,
            answerBudget,
            used: use.get(agreementId)?.answersUsed ?? 0,
            left: use.get(agreementId)?.answersLeft ?? answerBudget,
          })),
      };
    });
  }
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
