import * as fs from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

/** Processes that do the same for one or for several companies, by what they are called in the report. */
export type ProcessGroups = Readonly<Record<string, readonly number[]>>;

/** Linux counts processor time in hundredths of a second, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ProcessorTime {
  /** Seconds by group. */
  readonly seconds: Readonly<Record<string, number>>;
  /** What share of all processors' time the groups took together. */
  readonly share: number;
  /** The same of everything that ran on the machine. */
  readonly machineShare: number;
}

/** Measures from its making on; null where the operating system does not tell, which is everywhere but on Linux. */
export class ProcessorMeter {
  readonly #started = performance.now();
  readonly #before: Readonly<Record<string, number>>;
  readonly #machineBefore = secondsOfMachine();

  constructor(private readonly groups: ProcessGroups) {
    this.#before = secondsOf(groups);
  }

  read(): ProcessorTime | null {
    if (!fs.existsSync('/proc/self/stat')) return null;
    const now = secondsOf(this.groups);
    const seconds = Object.fromEntries(
      Object.entries(now).map(([group, spent]) => [group, spent - (this.#before[group] ?? 0)]),
    );
    const available = ((performance.now() - this.#started) / 1000) * availableParallelism();
    return {
      seconds,
      share: totalOf(seconds) / available,
      machineShare: (secondsOfMachine() - this.#machineBefore) / available,
    };
  }
}

export function totalOf(seconds: Readonly<Record<string, number>>): number {
  return Object.values(seconds).reduce((sum, spent) => sum + spent, 0);
}

function secondsOfMachine(): number {
  return cpus().reduce(
    (sum, { times: { user, nice, sys, irq } }) => sum + (user + nice + sys + irq) / 1000,
    0,
  );
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
