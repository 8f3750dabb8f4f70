import * as fs from 'node:fs';
import { availableParallelism } from 'node:os';

/** Processes that do the same for one or for several companies, by what they are called in the report. */
export type ProcessGroups = Readonly<Record<string, readonly number[]>>;

/** Linux counts processor time in hundredths of a second, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time by group, and what share of all processors' time they are together. */
export interface ProcessorTime {
  readonly seconds: Readonly<Record<string, number>>;
  readonly busy: number;
}

/** Measures from its making on; null where the operating system does not tell, which is everywhere but on Linux. */
export class ProcessorMeter {
  readonly #started = performance.now();
  readonly #before: Readonly<Record<string, number>>;

  constructor(private readonly groups: ProcessGroups) {
    this.#before = secondsOf(groups);
  }

  read(): ProcessorTime | null {
    if (!fs.existsSync('/proc/self/stat')) return null;
    const now = secondsOf(this.groups);
    const seconds = Object.fromEntries(
      Object.entries(now).map(([group, spent]) => [group, spent - (this.#before[group] ?? 0)]),
    );
    const elapsed = (performance.now() - this.#started) / 1000;
    const total = Object.values(seconds).reduce((sum, spent) => sum + spent, 0);
    return { seconds, busy: total / (elapsed * availableParallelism()) };
  }
}

function secondsOf(groups: ProcessGroups): Record<string, number> {
  return Object.fromEntries(
    Object.entries(groups).map(([group, pids]) => [
      group,
      pids.reduce((sum, pid) => sum + secondsOfProcess(pid), 0),
    ]),
  );
}

/** User and system time of the process and all its threads. */
function secondsOfProcess(pid: number): number {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0; // not Linux, or a process that has ended
  }
}
