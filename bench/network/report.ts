import { availableParallelism } from 'node:os';
import type { LevelReport } from './network';
import { totalOf } from './processor-time';

/** Comparisons a minute at paillier-3072 with stocked keys, on two cores. */
const REQUIRED_PER_MINUTE = 60;
/** From this share of the machine's processors on, nothing but less work or more processors helps. */
const PROCESSOR_BOUND = 0.85;

export interface NetworkReport {
  readonly profile: string;
  readonly levels: readonly LevelReport[];
  readonly required: number;
  readonly reached: boolean;
  readonly boundBy: 'processors' | 'waiting' | 'unknown';
  /** Comparisons a minute for which the processors would be enough if they did nothing else; null where not known. */
  readonly processorLimit: number | null;
}

export function networkReport(profile: string, levels: readonly LevelReport[]): NetworkReport {
  const best = bestOf(levels);
  const busy = best?.processors?.machineShare;
  return {
    profile,
    levels,
    required: REQUIRED_PER_MINUTE,
    reached: (best?.perMinute ?? 0) >= REQUIRED_PER_MINUTE,
    processorLimit: best === undefined ? null : processorLimit(best),
    boundBy: busy === undefined ? 'unknown' : busy >= PROCESSOR_BOUND ? 'processors' : 'waiting',
  };
}

function processorLimit({ comparisons, processors }: LevelReport): number | null {
  if (processors === null) return null;
  const seconds = totalOf(processors.seconds) / comparisons;
  return Number(((60 * availableParallelism()) / seconds).toPrecision(3));
}

/** The report as lines for people. */
export function networkTable(report: NetworkReport): string[] {
  const { profile, levels, required, reached, boundBy } = report;
  const best = bestOf(levels);
  return [
    `comparisons of 32-bit readings end to end on Fabric and NATS, ${profile}, keys stocked; times by the clock`,
    row(['', 'comparisons', 'reading to outcome', 'purchase to outcome']),
    row(['in flight', 'per minute', 'p50 / p99', 'p50 / p99']),
    ...levels.map(({ inFlight, perMinute, whole, purchase }) =>
      row([
        inFlight.toString(),
        perMinute.toFixed(1),
        ...[whole, purchase].map(({ p50, p99 }) => `${seconds(p50)} / ${seconds(p99)} s`),
      ]),
    ),
    ...(best === undefined ? [] : detailsOf(best)),
    `  bound by ${boundBy}; by processor time alone at most ${report.processorLimit ?? 'unknown'} a minute`,
    `  ${reached ? 'reached' : 'MISSED '}  ${best?.perMinute.toFixed(1) ?? 0} comparisons a minute, at least ${required} wanted`,
  ];
}

/** What one comparison costs, at the level of the most in flight. */
function detailsOf({ inFlight, comparisons, channels, processors }: LevelReport): string[] {
  const conflicts = channels.flatMap(({ channel, invalid }) =>
    Object.entries(invalid).map(([reason, count]) => `${count} ${reason} on ${channel}`),
  );
  const spent = Object.entries(processors?.seconds ?? {}).map(
    ([group, total]) => `${group} ${Math.round((1000 * total) / comparisons)} ms`,
  );
  return [
    `  a comparison with ${inFlight} in flight`,
    ...channels.map(
      ({ channel, bytes, transactions, blocks }) =>
        `    ${channel}: ${Math.round(bytes / comparisons / 1000)} kB, ${(transactions / comparisons).toFixed(1)} transactions, ${(blocks / comparisons).toFixed(1)} blocks`,
    ),
    ...(processors === null
      ? []
      : [
          `    processor time: ${spent.join(', ')}`,
          `    processors busy with it: ${percent(processors.share)}, with everything: ${percent(processors.machineShare)}`,
        ]),
    `    invalid transactions: ${conflicts.length === 0 ? 'none' : conflicts.join(', ')}`,
  ];
}

function bestOf(levels: readonly LevelReport[]): LevelReport | undefined {
  return levels.reduce<LevelReport | undefined>(
    (best, level) => (best === undefined || level.perMinute > best.perMinute ? level : best),
    undefined,
  );
}

function row([name = '', ...cells]: readonly string[]): string {
  return `  ${name.padEnd(12)}${cells.map((cell) => cell.padStart(22)).join('')}`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
