import { acceptAgreements } from '../../tools/introduce';
import type { ComparisonView, OfferedPairView, PublishedPairView } from '../../tools/demo/views';
import { A, S, type TestNetwork } from './test-network';
import { waitFor, type WaitOptions } from './wait-for';

export type { ComparisonView };

/** Ten years: no test outlives its agreements. */
const AGREEMENT_LIFETIME_MS = 3650 * 86_400_000;
/** A key of 3072 bits takes seconds, one of 6144 bits a minute on a bad day. */
const KEYS_TIMEOUT_MS = 300_000;

export interface Terms {
  readonly evaluator: string;
  readonly quantity: string;
  readonly unit: string;
  readonly scale: number;
  readonly offset: string;
  readonly bits: 8 | 16 | 32 | 64;
  readonly profile: string;
  readonly measure: 'bit' | 'magnitude';
  readonly answerBudget: number;
  readonly expiresAt: string;
  readonly supersedes: string;
}

/** B proposes, the evaluator (A unless told) accepts. @returns the agreement's id */
export async function agree(network: TestNetwork, terms: Partial<Terms> = {}): Promise<string> {
  const { id, version } = await network.b.post<{ id: string; version: number }>('/agreements', {
    evaluator: A,
    servicer: S,
    quantity: 'moisture',
    unit: 'g/cm²',
    scale: 2,
    profile: network.profile,
    measure: 'magnitude',
    answerBudget: 1000,
    expiresAt: new Date(Date.now() + AGREEMENT_LIFETIME_MS).toISOString(),
    ...terms,
  });
  const evaluator = network.client(terms.evaluator ?? A);
  await acceptAgreements({ keyHolder: network.b, evaluator }, [id]);
  await waitFor(`version ${version} is in force`, async () => {
    const shown = await Promise.all(
      [network.b, evaluator].map((company) =>
        company.get<{ version: number; status: string }>(`/agreements/${id}`),
      ),
    );
    return shown.every((agreement) => agreement.version === version && agreement.status === 'accepted');
  });
  return id;
}

/** Waits until B holds this many unused keys (ask for them with `settings: { [B]: { stockedKeys } }`). */
export async function stockKeys(network: TestNetwork, count: number): Promise<void> {
  await waitFor(
    `${count} keys in stock`,
    async () => {
      const pool = await network.b.get<{ items: readonly { stocked: number }[] }>('/pool');
      return pool.items.reduce((sum, { stocked }) => sum + stocked, 0) >= count;
    },
    { timeout: KEYS_TIMEOUT_MS, interval: 250 },
  );
}

export interface SeriesOptions {
  readonly quantity?: string;
  /** Month of the first value, 0 for January 2020. A second series of the same quantity must begin later. */
  readonly firstMonth?: number;
  /** Who is to see the pairs as offered; A unless told. */
  readonly evaluator?: string;
  /** Labels of the lots, one for each value; LOT-1, LOT-2, … unless told. */
  readonly lots?: readonly string[];
}

/** B enters one reading per month. @returns the pairs that they make, without waiting for them */
export async function enterSeries(
  network: TestNetwork,
  values: readonly string[],
  { quantity = 'moisture', firstMonth = 0, lots = [] }: SeriesOptions = {},
): Promise<string[]> {
  const pairs: string[] = [];
  for (const [i, value] of values.entries()) {
    const takenAt = new Date(Date.UTC(2020, firstMonth + i + 1, 0, 12)).toISOString();
    const reading = { quantity, value, takenAt, lot: lots[i] ?? `LOT-${firstMonth + i + 1}` };
    pairs.push(...(await network.b.post<{ pairs: string[] }>('/readings', reading)).pairs);
  }
  return pairs;
}

/** As `enterSeries`, and waits until the pairs are published and the evaluator sees their price. */
export async function publishSeries(
  network: TestNetwork,
  values: readonly string[],
  options: SeriesOptions = {},
): Promise<string[]> {
  const pairs = await enterSeries(network, values, options);
  await published(network, pairs, options.evaluator);
  return pairs;
}

export async function published(
  network: TestNetwork,
  pairs: readonly string[],
  evaluator = A,
): Promise<void> {
  await waitFor(
    `${pairs.length} pairs published`,
    async () => {
      const made = await network.b.list<PublishedPairView>('/pairs');
      const offered = await network.client(evaluator).list<OfferedPairView>('/pairs');
      return pairs.every(
        (pairId) =>
          made.some((pair) => pair.pairId === pairId && pair.state === 'published') &&
          offered.some((pair) => pair.pairId === pairId && pair.price !== null),
      );
    },
    { timeout: KEYS_TIMEOUT_MS, interval: 250 },
  );
}

/** A buys and compares. @returns the comparisons at once, mostly `created`, in the order of the pairs */
export async function buy(
  network: TestNetwork,
  pairIds: readonly string[],
  evaluator = A,
): Promise<readonly ComparisonView[]> {
  const { items } = await network
    .client(evaluator)
    .post<{ items: readonly ComparisonView[] }>('/comparisons', { pairIds });
  return items;
}

/** Waits until a comparison has one of these states. */
export async function reaches(
  network: TestNetwork,
  comparisonId: string,
  states: readonly string[],
  { evaluator = A, ...options }: WaitOptions & { readonly evaluator?: string } = {},
): Promise<ComparisonView> {
  return waitFor(
    `comparison ${comparisonId} is ${states.join(' or ')}`,
    async () => {
      const comparison = await network.client(evaluator).get<ComparisonView>(`/comparisons/${comparisonId}`);
      return states.includes(comparison.state) && comparison;
    },
    options,
  );
}

/** A buys, compares and gets its answers. */
export async function compareAll(
  network: TestNetwork,
  pairIds: readonly string[],
): Promise<readonly ComparisonView[]> {
  const comparisons = await buy(network, pairIds);
  return Promise.all(comparisons.map(({ id }) => reaches(network, id, ['verified'], { timeout: 120_000 })));
}
