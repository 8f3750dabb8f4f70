import { orderState } from '@tacit/contracts';
import { In, type EntityManager } from 'typeorm';
import { monthNumber } from '../changes/months';
import { outcomeSentence, standingSentence, type Proof } from '../changes/sentence';
import { firstReadings } from '../changes/series';
import type { ComparisonEntity } from '../entities/comparison.entity';
import { HistoryEntity } from '../entities/comparison.entity';
import { OrderEntity } from '../entities/order.entity';
import { PairEntity } from '../entities/pair.entity';
import { formatUtcTime } from '../utc-time';
import type { ComparisonState } from './comparison-state';
import type { ComparisonView, OrderView, OutcomeView, ReadingView } from './comparison.dto';

/** Comparisons as the API shows them, in the same order. @param now milliseconds UTC */
export async function viewComparisons(
  em: EntityManager,
  comparisons: readonly ComparisonEntity[],
  now: number,
): Promise<ComparisonView[]> {
  const firstOf = await firstReadings(em);
  const pairs = await em.findBy(PairEntity, { pairId: In(comparisons.map(({ pairId }) => pairId)) });
  const orders = await em.findBy(OrderEntity, { orderId: In(comparisons.map(({ orderId }) => orderId)) });
  const history = await em.find(HistoryEntity, {
    where: { comparisonId: In(comparisons.map(({ id }) => id)) },
    order: { id: 'ASC' },
  });
  const pairById = new Map(pairs.map((pair) => [pair.pairId, pair]));
  return comparisons.flatMap((comparison) => {
    const pair = pairById.get(comparison.pairId);
    if (pair === undefined) return [];
    const order = orders.find(({ orderId }) => orderId === comparison.orderId);
    const states = history.filter(({ comparisonId }) => comparisonId === comparison.id);
    return [view(comparison, pair, firstOf(pair), states, showOrder(order, now))];
  });
}

function view(
  comparison: ComparisonEntity,
  pair: PairEntity,
  first: number,
  history: readonly HistoryEntity[],
  order: OrderView | null,
): ComparisonView {
  const { id, pairId, agreementId, keyHolder, state, reason, attempt, lots } = comparison;
  const { quantity, measure, profile, supersededBy } = pair;
  const reading = (sequence: number, takenAt: number, lot: string | null | undefined): ReadingView => ({
    sequence,
    month: monthNumber(takenAt, first),
    takenAt: formatUtcTime(takenAt),
    lot: lot ?? null,
  });
  return {
    id,
    pairId,
    agreementId,
    keyHolder,
    quantity,
    measure,
    profile,
    from: reading(pair.sequenceX, pair.takenAtX, lots?.x),
    to: reading(pair.sequenceY, pair.takenAtY, lots?.y),
    state,
    reason,
    outcome: showOutcome(comparison),
    history: history.map((entry) => ({ state: entry.state, at: formatUtcTime(entry.at) })),
    sentence: sentenceOf(comparison, quantity),
    order,
    attempt,
    supersededBy,
  };
}

/** A comparison in words, with its outcome or where it stands. */
function sentenceOf({ state, outcome }: ComparisonEntity, quantity: string): string {
  if (outcome !== null) return outcomeSentence(quantity, outcome, proofIn(state));
  return state === 'answered' || state === 'verified' ? quantity : standingSentence(quantity, state);
}

function showOutcome({ state, outcome }: ComparisonEntity): OutcomeView | null {
  return outcome === null ? null : { ...outcome, proof: proofIn(state) };
}

/** What the state of a comparison that has an outcome says of its proof. */
function proofIn(state: ComparisonState): Proof {
  if (state === 'verified') return 'verified';
  return state === 'disputed' ? 'refused' : 'pending';
}

function showOrder(order: OrderEntity | undefined, now: number): OrderView | null {
  if (order === undefined) return null;
  const { orderId, record } = order;
  return { orderId, price: record.price, state: orderState(record, now) };
}
