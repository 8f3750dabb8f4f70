import { COMPANIES } from '../companies';
import { type Network } from '../network';
import type { RestClient } from '../rest';
import type { LedgerName, MessagingName } from '../surroundings';
import type { DemoOptions, Profile } from './options';
import { QUANTITY, SENSOR } from './published-case';
import type { ChangesView, ComparisonView, RangeView } from './views';

/** What `--json` prints. */
export interface DemoReport {
  readonly profile: Profile;
  readonly ledger: LedgerName;
  readonly messaging: MessagingName;
  readonly comparisons: readonly {
    readonly quantity: string;
    /** Month numbers. */
    readonly from: number;
    readonly to: number;
    readonly measure: 'bit' | 'magnitude';
    readonly direction: 'rise' | 'fall' | 'same' | null;
    readonly index: number | null;
    readonly range: RangeView | null;
    /** `verified`, `refused` or `pending`; null without an answer. */
    readonly proof: string | null;
    readonly state: string;
  }[];
  /** Month of the first change that was certainly at or above A's limit; null when there was none. */
  readonly firstSignificantChange: number | null;
  readonly urls: Readonly<Record<string, string>>;
}

/** What A's API says, and nothing else. */
export interface Findings {
  readonly comparisons: readonly ComparisonView[];
  readonly changes: ChangesView;
}

export async function readFindings(a: RestClient): Promise<Findings> {
  const comparisons = (await a.list<ComparisonView>('/comparisons'))
    .filter(({ quantity }) => quantity === QUANTITY)
    .sort((one, other) => one.measure.localeCompare(other.measure) || one.to.month - other.to.month);
  return { comparisons, changes: await a.get<ChangesView>(`/changes?quantity=${QUANTITY}`) };
}

export function urlsOf(network: Network): Record<string, string> {
  return Object.fromEntries(
    COMPANIES.map(({ company }) => [company, `${network.company(company).url}/docs`]),
  );
}

export function reportOf(
  { comparisons, changes }: Findings,
  { profile, ledger, messaging }: Pick<DemoOptions, 'profile' | 'ledger' | 'messaging'>,
  urls: Readonly<Record<string, string>>,
): DemoReport {
  return {
    profile,
    ledger,
    messaging,
    comparisons: comparisons.map(({ quantity, from, to, measure, outcome, state }) => ({
      quantity,
      from: from.month,
      to: to.month,
      measure,
      direction: outcome?.direction ?? null,
      index: outcome?.index ?? null,
      range: outcome?.range ?? null,
      proof: outcome?.proof ?? null,
      state,
    })),
    firstSignificantChange: changes.firstSignificantChange,
    urls,
  };
}

/** The table for people: a row per month and measure, A's own equipment beside it. */
export function tableOf({ comparisons, changes }: Findings): string {
  const header = [
    'month',
    'measure',
    'direction',
    'index',
    `range (${changes.unit})`,
    'state',
    'proof',
    SENSOR,
  ];
  const byMonth = [...comparisons].sort((one, other) => one.to.month - other.to.month);
  const rows = byMonth.map(({ to, measure, outcome, state }, i) => [
    byMonth[i - 1]?.to.month === to.month ? '' : String(to.month),
    measure,
    outcome?.direction ?? '–',
    String(outcome?.index ?? '–'),
    outcome === null ? '–' : rangeText(outcome.range),
    state,
    outcome?.proof ?? '–',
    byMonth[i - 1]?.to.month === to.month ? '' : sensorText(changes, to.month),
  ]);
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

/** In which month A would have noticed, in words, with what its own equipment showed. */
export function conclusionOf({ comparisons, changes }: Findings): string {
  const month = changes.firstSignificantChange;
  const limit = changes.limit === null ? 'the limit' : `the limit of ${changes.limit} ${changes.unit}`;
  if (month === null) return `In no month did ${QUANTITY} change by at least ${limit} for certain.`;
  const sentence = comparisons.find(
    ({ measure, to }) => measure === 'magnitude' && to.month === month,
  )?.sentence;
  const [before, then] = [sensorText(changes, month - 1), sensorText(changes, month)];
  const equipment = before === '' || then === '' ? '' : ` A’s own ${SENSOR} went from ${before} to ${then}.`;
  return `Month ${month} is where A would have noticed: ${sentence ?? QUANTITY}, at or above ${limit}.${equipment}`;
}

function rangeText({ min, max }: RangeView): string {
  return min === max ? min : `${min}–${max}`;
}

function sensorText({ months }: ChangesView, month: number): string {
  const reading = months.find((one) => one.month === month)?.sensors.find(({ sensor }) => sensor === SENSOR);
  return reading === undefined ? '' : `${reading.value} ${reading.unit}`;
}
