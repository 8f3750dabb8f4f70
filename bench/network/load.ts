import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../../tools/tool';
import type { RestClient } from '../../tools/rest';

export interface LoadOptions {
  readonly keyHolder: RestClient;
  readonly evaluator: RestClient;
  readonly agreementId: string;
  readonly quantity: string;
  /** How many comparisons are under way at once. */
  readonly inFlight: number;
  readonly comparisons: number;
}

/** Times in milliseconds, in no order. */
export interface LoadTimes {
  /** By the clock, from the first reading to the last outcome. */
  readonly elapsed: number;
  /** From the key holder's reading to the evaluator's outcome. */
  readonly wholes: readonly number[];
  /** From the evaluator's purchase to its outcome. */
  readonly purchases: readonly number[];
}

interface PairView {
  readonly pairId: string;
  readonly price: object | null;
}

interface ComparisonView {
  readonly pairId: string;
  readonly state: string;
  readonly reason: { readonly code: string } | null;
  readonly history: readonly { readonly state: string; readonly at: string }[];
}

/** Short beside a comparison, long beside what a look costs. Times are the companies' own, so it does not show there. */
const POLL_MS = 200;
const STALL_MS = 120_000;
const HOUR_MS = 3_600_000;
const FIRST_READING = Date.UTC(2020, 0, 1);

/**
 * Keeps so many comparisons under way, each from a reading at the key holder's to the outcome at the evaluator's:
 * where one ends, the next reading is entered.
 */
export async function runLoad(options: LoadOptions): Promise<LoadTimes> {
  const { keyHolder, evaluator, agreementId, inFlight, comparisons } = options;
  const enteredAt = new Map<string, number>();
  const bought = new Set<string>();
  const ended = new Map<string, ComparisonView>();
  let readings = 0;

  const enter = async (): Promise<void> => {
    const at = Date.now();
    for (const pairId of await enterReading(keyHolder, options.quantity, readings++))
      enteredAt.set(pairId, at);
  };
  await enter(); // one reading alone makes no pair
  const started = performance.now();
  let movedAt = started;
  while (ended.size < comparisons) {
    while (enteredAt.size < Math.min(comparisons, ended.size + inFlight)) await enter();
    const before = bought.size + ended.size;
    const offered = await evaluator.list<PairView>(`/pairs?agreement=${agreementId}`);
    const fresh = offered.filter(({ pairId, price }) => price !== null && !bought.has(pairId));
    if (fresh.length > 0) {
      const pairIds = fresh.map(({ pairId }) => pairId);
      await evaluator.post('/comparisons', { pairIds });
      for (const pairId of pairIds) bought.add(pairId);
    }
    for (const view of await evaluator.list<ComparisonView>(`/comparisons?agreement=${agreementId}`)) {
      if (view.state === 'verified') ended.set(view.pairId, view);
      else if (view.reason !== null)
        throw new ToolError(`a comparison ended ${view.state}: ${view.reason.code}`);
    }
    if (bought.size + ended.size > before) movedAt = performance.now();
    else if (performance.now() - movedAt > STALL_MS) throw new ToolError('the comparisons stand still');
    await sleep(POLL_MS);
  }
  const times = [...ended.values()].map(({ pairId, history }) => {
    const at = (state: string): number =>
      Date.parse(history.find((entry) => entry.state === state)?.at ?? '');
    return { whole: at('verified') - (enteredAt.get(pairId) ?? 0), purchase: at('verified') - at('created') };
  });
  return {
    elapsed: performance.now() - started,
    wholes: times.map(({ whole }) => whole),
    purchases: times.map(({ purchase }) => purchase),
  };
}

/** @returns the pairs that the reading makes */
async function enterReading(keyHolder: RestClient, quantity: string, index: number): Promise<string[]> {
  const { pairs } = await keyHolder.post<{ pairs: string[] }>('/readings', {
    quantity,
    value: ((index * 37) % 101).toString(),
    takenAt: new Date(FIRST_READING + index * HOUR_MS).toISOString(),
    lot: `LOT-${index + 1}`,
  });
  return pairs;
}
