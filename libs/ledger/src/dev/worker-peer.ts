import { Worker } from 'node:worker_threads';
import { LedgerError, type ChannelInfo, type LedgerEvent, type SubmitResult } from '../ledger';
import type { Peer, Transient } from './peer';
import type { SignedProposal } from './proposal';
import { toLedgerError, type PeerMethod, type PeerOptions, type PeerReply } from './worker-protocol';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: LedgerError) => void;
}

/** A peer in a thread of its own. When the thread dies, what it was asked is `unavailable` and the next call starts another. */
export class WorkerPeer implements Peer {
  readonly #options: PeerOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #closed = false;
  #lastId = 0;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  channels(): Promise<readonly ChannelInfo[]> {
    return this.#call('channels');
  }

  submit(signed: SignedProposal, transient: Transient): Promise<SubmitResult> {
    return this.#call('submit', signed, transient);
  }

  evaluate(signed: SignedProposal, transient: Transient): Promise<unknown> {
    return this.#call('evaluate', signed, transient);
  }

  eventsAfter(channel: string, block: number, patience: number): Promise<readonly LedgerEvent[]> {
    return this.#call('eventsAfter', channel, block, patience);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const worker = this.#worker;
    if (worker) await this.#call('close');
    this.#closed = true;
    await worker?.terminate();
  }

  #call<T>(method: PeerMethod, ...parameters: readonly unknown[]): Promise<T> {
    if (this.#closed) return Promise.reject(new LedgerError('unavailable', 'the ledger is closed'));
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker ??= this.#start();
      this.#worker.postMessage({ id, method, parameters });
    });
  }

  #start(): Worker {
    const worker = new Worker(require.resolve('./dev-peer.worker'), { workerData: this.#options });
    worker.on('message', (reply: PeerReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(toLedgerError(reply.error));
      else waiting?.resolve(reply.value as never);
    });
    worker.on('error', (cause) => {
      this.#abandon(worker, cause);
    });
    worker.on('exit', () => {
      this.#abandon(worker, undefined);
    });
    return worker;
  }

  /** Whatever was under way may or may not be committed; contracts are idempotent, so the caller asks again. */
  #abandon(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) {
      reject(new LedgerError('unavailable', 'the ledger’s thread has ended', { cause }));
    }
    this.#waiting.clear();
  }
}
