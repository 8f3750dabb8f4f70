import { Piscina } from 'piscina';

type Task<M, Name extends keyof M> = M[Name] extends (task: infer T) => unknown ? T : never;
type Result<M, Name extends keyof M> = M[Name] extends (task: never) => infer R ? Awaited<R> : never;

/** Names of the functions of a module. */
export type TaskName<M> = {
  [Name in keyof M]: M[Name] extends (task: never) => unknown ? Name : never;
}[keyof M] &
  string;

export interface WorkerPoolOptions {
  /** Most threads at once. */
  readonly threads: number;
  /** Milliseconds after which a thread without work ends; it starts again in a fraction of a second. */
  readonly idleTimeout?: number;
}

const IDLE_TIMEOUT = 10_000;

/**
 * Threads for mathematics that would hold up the event loop. `M` is the type of the worker module:
 * `new WorkerPool<typeof import('./evaluation.worker')>(require.resolve('./evaluation.worker'), { threads: 1 })`.
 */
export class WorkerPool<M extends object> {
  readonly #piscina: Piscina;

  /** @param file the compiled worker module, as `require.resolve` finds it */
  constructor(file: string, { threads, idleTimeout = IDLE_TIMEOUT }: WorkerPoolOptions) {
    this.#piscina = new Piscina({ filename: file, minThreads: 0, maxThreads: threads, idleTimeout });
  }

  /**
   * Runs a function of the module in the next free thread, in the order of the calls. Rejects with what it throws: of
   * an error of a class of ours only name, message and properties arrive.
   * @param options.signal gives the task up; one that runs is ended with its thread
   */
  async run<Name extends TaskName<M>>(
    name: Name,
    task: Task<M, Name>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Result<M, Name>> {
    return (await this.#piscina.run(task, { name, ...options })) as Result<M, Name>;
  }

  /** Tasks that wait for a free thread. */
  get queued(): number {
    return this.#piscina.queueSize;
  }

  /** Ends the threads, whatever they do; their tasks reject. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
