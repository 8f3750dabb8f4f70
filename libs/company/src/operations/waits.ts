import type { JobQueue, Waiting } from '../jobs';

/** Waits that no job shows, such as for a message that another company owes. */
export type WaitSource = () => Promise<readonly Waiting[]>;

/** Whom this company waits for: in jobs that cannot go on, and in what its application knows beside them. */
export class Waits {
  readonly #sources: WaitSource[];

  constructor(queue: JobQueue) {
    this.#sources = [() => queue.waiting()];
  }

  /** Before the start. */
  add(source: WaitSource): void {
    this.#sources.push(source);
  }

  /** One entry for each counterparty, the longest wait first. */
  async list(): Promise<readonly Waiting[]> {
    const waits = new Map<string, Waiting>();
    for (const source of this.#sources) {
      for (const { counterparty, jobs, since } of await source()) {
        const earlier = waits.get(counterparty) ?? { jobs: 0, since };
        const both = { jobs: earlier.jobs + jobs, since: Math.min(earlier.since, since) };
        waits.set(counterparty, { counterparty, ...both });
      }
    }
    return [...waits.values()].sort((a, b) => a.since - b.since);
  }
}
