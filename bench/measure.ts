/**
 * Times are processor time of this process, as the kernel accounts it: what other programs do on the machine
 * meanwhile does not count. The work is single-threaded, so on an idle machine it is what a clock shows.
 */
export interface Measured<T> {
  /** Mean over the repetitions. */
  readonly milliseconds: number;
  readonly last: T;
}

/** Repeats the work until it has taken `budget` milliseconds altogether, and at least `least` times. */
export function measure<T>(work: () => T, { budget, least }: { budget: number; least: number }): Measured<T> {
  let spent = 0;
  for (let repetitions = 1; ; repetitions++) {
    const before = process.cpuUsage();
    const last = work();
    const { user, system } = process.cpuUsage(before);
    spent += (user + system) / 1000;
    if (spent >= budget && repetitions >= least) return { milliseconds: spent / repetitions, last };
  }
}

/** The smallest of the times that at least this share of them do not exceed, to three digits. */
export function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((x, y) => x - y);
  return Number((sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toPrecision(3));
}
