import type { Amount } from '@tacit/contracts';
import type { Advice, BudgetUse } from '../buying/advisor';
import type { ForecastView } from './comparison.dto';

/** What buying the pairs together costs in money and answers; pairs that have a comparison cost nothing more. */
export function showForecast(advice: readonly Advice[], budgets: readonly BudgetUse[]): ForecastView {
  const purchases = advice.filter(({ comparison }) => comparison === null);
  return {
    purchases: purchases.length,
    price: totals(purchases.flatMap(({ price }) => price ?? [])),
    budgets: budgets.map(({ agreementId, answerBudget, used, pending }) => {
      const needed = purchases.filter(({ pair }) => pair.agreementId === agreementId).length;
      const taken = used + pending;
      return { agreementId, answerBudget, used: taken, needed, left: answerBudget - taken - needed };
    }),
    pairs: advice.map(({ pair, price, answerable, comparison }) => ({
      pairId: pair.pairId,
      price,
      answerable,
      comparisonId: comparison?.id ?? null,
    })),
  };
}

/** One sum for each currency, in the order of the codes. */
function totals(prices: readonly Amount[]): Amount[] {
  const sums = new Map<string, number>();
  for (const { currency, minorUnits } of prices) {
    sums.set(currency, (sums.get(currency) ?? 0) + minorUnits);
  }
  return [...sums].sort().map(([currency, minorUnits]) => ({ minorUnits, currency }));
}
