import { acceptAgreements, enterPartners, registerCustomer } from '../introduce';
import { MANUFACTURER_A, MANUFACTURER_B, SERVICER_S } from '../companies';
import { type Network } from '../network';
import type { RestClient } from '../rest';
import { ToolError } from '../tool';
import { waitWhileMoving } from '../wait';
import type { Narrator } from './narrator';
import type { Profile } from './options';
import {
  LIMIT,
  monthEnds,
  QUANTITY,
  SCALE,
  SENSOR,
  SENSOR_SERIES,
  SENSOR_UNIT,
  UNIT,
} from './published-case';
import type {
  AgreementView,
  ComparisonView,
  OfferedPairView,
  PoolView,
  PublishedPairView,
  RecordedReadingView,
} from './views';

/** A step did not get where it should; the message says which, and how far it came. */
export class DemoError extends ToolError {
  override readonly name = 'DemoError';
}

export interface Clients {
  readonly a: RestClient;
  readonly b: RestClient;
  readonly s: RestClient;
}

const A = MANUFACTURER_A.company;
const B = MANUFACTURER_B.company;
const S = SERVICER_S.company;
const MEASURES = ['bit', 'magnitude'] as const;
const PRICE = { minorUnits: 250, currency: 'EUR' };
const ANSWER_BUDGET = 200;
const YEAR_MS = 365 * 86_400_000;

/** Prime numbers come when they come: on a slow core a key of 6144 bits can take minutes. */
const KEY_STALL_MS = 300_000;
/** Between two states of some comparison lie a few seconds of arithmetic at most. */
const COMPARISON_STALL_MS = 30_000;

export function clientsOf(network: Network): Clients {
  return { a: network.client(A), b: network.client(B), s: network.client(S) };
}

/** The companies enter each other as partners; S sets a price and registers A as its customer. */
export async function introduce(network: Network): Promise<void> {
  await enterPartners(network);
  await network.client(S).put('/prices', PRICE);
  await registerCustomer(network, A, S);
}

/** B proposes one agreement per measure, A accepts both. */
export async function agree({ a, b }: Clients, profile: Profile): Promise<void> {
  const expiresAt = new Date(Date.now() + YEAR_MS).toISOString();
  const ids: string[] = [];
  for (const measure of MEASURES) {
    const agreement = await b.post<AgreementView>('/agreements', {
      evaluator: A,
      servicer: S,
      quantity: QUANTITY,
      unit: UNIT,
      scale: SCALE,
      offset: '0',
      bits: 32,
      profile,
      measure,
      answerBudget: ANSWER_BUDGET,
      expiresAt,
    });
    ids.push(agreement.id);
  }
  await acceptAgreements({ keyHolder: b, evaluator: a }, ids);
}

/**
 * A asks to be alerted and enters its own equipment's readings; B enters its confidential ones.
 * @returns the pairs that B's readings make
 */
export async function feed({ a, b }: Clients, series: readonly string[]): Promise<string[]> {
  const takenAt = monthEnds(series.length, new Date());
  await a.post('/alerts', { quantity: QUANTITY, limit: LIMIT, direction: 'any' });
  for (const [i, value] of SENSOR_SERIES.slice(0, series.length).entries()) {
    await a.post(`/sensors/${SENSOR}/readings`, { value, unit: SENSOR_UNIT, takenAt: takenAt[i] });
  }
  const pairs: string[] = [];
  for (const [i, value] of series.entries()) {
    const reading = { quantity: QUANTITY, value, takenAt: takenAt[i], lot: `LOT-${i + 1}` };
    pairs.push(...(await b.post<RecordedReadingView>('/readings', reading)).pairs);
  }
  return pairs;
}

/** Waits until B has made a key for each pair and published it, and A sees it. */
export async function publish(
  { a, b }: Clients,
  pairs: readonly string[],
  narrator: Narrator,
): Promise<void> {
  await waitWhileMoving(
    async () => {
      const mine = (await b.list<PublishedPairView>('/pairs')).filter(({ pairId }) => pairs.includes(pairId));
      const failed = mine.find(({ state }) => state === 'failed');
      if (failed !== undefined)
        throw new DemoError(`B could not publish a pair: ${failed.reason ?? 'no reason given'}`);
      const count = (state: string): number => mine.filter((pair) => pair.state === state).length;
      const offered = (await a.list<OfferedPairView>('/pairs')).filter(({ pairId }) =>
        pairs.includes(pairId),
      );
      const forSale = offered.filter(({ price }) => price !== null).length;
      const made = pairs.length - count('queued');
      const progress = [
        `keys made ${made}/${pairs.length}${describeMaking(await b.get<PoolView>('/pool'))}`,
        `pairs published ${count('published')}/${pairs.length}`,
        `offered to A ${forSale}/${pairs.length}`,
      ].join(', ');
      narrator.progress(progress);
      return forSale === pairs.length && count('published') === pairs.length
        ? { done: true, progress }
        : { progress };
    },
    { stallMs: KEY_STALL_MS },
  );
}

/** Keys under way: first their prime numbers, then their nonce factors. */
function describeMaking({ items }: PoolView): string {
  const keys = items
    .flatMap(({ making }) => making)
    .map(({ factorsDone, factorCount }) =>
      factorsDone === 0 ? 'primes' : `${Math.round((100 * factorsDone) / factorCount)} %`,
    );
  return keys.length === 0 ? '' : ` (now: ${keys.join(', ')})`;
}

/** A buys the XOR records of all pairs and compares; waits until every comparison has its answer, proof verified. */
export async function compare({ a }: Clients, pairs: readonly string[], narrator: Narrator): Promise<void> {
  await a.post('/comparisons', { pairIds: pairs });
  let last: readonly ComparisonView[] = [];
  try {
    await waitWhileMoving(
      async () => {
        last = await a.list<ComparisonView>('/comparisons');
        const ended = last.filter(({ state, reason }) => state !== 'verified' && reason !== null);
        if (ended.length > 0) throw new DemoError(describeUnverified(last));
        const verified = last.filter(({ state }) => state === 'verified').length;
        const others = countStates(last.filter(({ state }) => state !== 'verified'));
        const progress = [`verified ${verified}/${pairs.length}`, ...others].join(', ');
        narrator.progress(progress);
        return verified === pairs.length ? { done: true, progress } : { progress };
      },
      { stallMs: COMPARISON_STALL_MS },
    );
  } catch (error) {
    if (error instanceof DemoError) throw error;
    throw new DemoError(`${describeUnverified(last)}\n${(error as Error).message}`);
  }
}

function countStates(comparisons: readonly ComparisonView[]): string[] {
  const states = new Map<string, number>();
  for (const { state } of comparisons) states.set(state, (states.get(state) ?? 0) + 1);
  return [...states].map(([state, count]) => `${state} ${count}`);
}

function describeUnverified(comparisons: readonly ComparisonView[]): string {
  const open = comparisons.filter(({ state }) => state !== 'verified');
  const lines = open.map(({ measure, from, to, state, reason }) => {
    const why = reason === null ? '' : `: ${reason.text} ${reason.next}`;
    return `  ${QUANTITY}, month ${from.month} to ${to.month}, ${measure}: ${state}${why}`;
  });
  return [`${open.length} of ${comparisons.length} comparisons have no verified answer:`, ...lines].join(
    '\n',
  );
}
