import { setTimeout as sleep } from 'node:timers/promises';
import { LaunchError, type CompanyProcess } from '../../tools/company-process';
import type { Network } from '../../tools/network';
import type { FaultPlan } from './fault-points';

/** A point that is not reached in this time is not on today's way. Longer than any back-off. */
const PATIENCE = 12_000;

/**
 * Arms one fault point after another in every company. A company that was killed is started again at once with its
 * next point armed, so that one comparison meets many of them; points that it has passed already wait for the next.
 */
export class CrashingNetwork {
  readonly #left: Map<string, string[]>;
  readonly hit: string[] = [];
  readonly #watchers: Promise<void>[] = [];
  #stopped = false;

  constructor(
    private readonly network: Network,
    plan: FaultPlan,
  ) {
    this.#left = new Map(Object.entries(plan).map(([company, points]) => [company, [...points]]));
  }

  /** Points that no process has reached yet, as `company point`. */
  get left(): string[] {
    return [...this.#left].flatMap(([company, points]) => points.map((point) => `${company} ${point}`));
  }

  arm(): void {
    for (const company of this.#left.keys()) this.#watchers.push(this.#crashAgainAndAgain(company));
  }

  /** Starts the companies without fault points. */
  async disarm(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#watchers);
    for (const { options, isRunning } of this.network.companies) {
      if (!isRunning || this.#left.has(options.company)) await this.network.restart(options.company);
    }
  }

  async #crashAgainAndAgain(company: string): Promise<void> {
    const points = this.#left.get(company) ?? [];
    const target = this.network.company(company);
    while (points.length > 0 && !this.#stopped) {
      const [point = ''] = points;
      await this.#start(company, point);
      const died = await this.#waitForDeath(target, PATIENCE);
      points.shift();
      if (died) this.hit.push(`${company} ${point}`);
      else points.push(point);
      process.stderr.write(
        `${this.hit.length} kills, ${this.left.length} points to go; ${company} ${point}: ${died ? 'killed' : 'not on the way'}\n`,
      );
    }
    if (!this.#stopped) await this.network.restart(company);
  }

  /** A process may meet its point before it is ready; that is a kill like any other. */
  async #start(company: string, point: string): Promise<void> {
    try {
      await this.network.restart(company, { TACIT_FAULT: point });
    } catch (error) {
      if (!(error instanceof LaunchError) || !error.message.includes('SIGKILL')) throw error;
    }
  }

  async #waitForDeath(target: CompanyProcess, patience: number): Promise<boolean> {
    const end = Date.now() + patience;
    while (Date.now() < end && !this.#stopped) {
      if (!target.isRunning) return (await target.exited).signal === 'SIGKILL';
      await sleep(50);
    }
    return false;
  }
}
