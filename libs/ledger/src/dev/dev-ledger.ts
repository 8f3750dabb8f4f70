import { setTimeout as sleep } from 'node:timers/promises';
import { identityFor, type CompanyIdentity } from '../identity';
import {
  LedgerError,
  type ChannelInfo,
  type Ledger,
  type LedgerCall,
  type LedgerEvent,
  type SubmitResult,
} from '../ledger';
import { retryConflicts } from '../retry';
import type { Peer } from './peer';
import { signProposal } from './proposal';

const RETRY = { attempts: 10, first: 10, longest: 500 };
/** How long one question for events waits, and the pause before a ledger that failed is asked again. */
const EVENT_PATIENCE = 1000;
const REOPEN_PAUSE = 500;

/** A company's door to the dev ledger: signs with the company's keys, lets its peer do the rest. */
export class DevLedger implements Ledger {
  readonly driver = 'dev';
  readonly company: string;
  readonly #identity: CompanyIdentity;
  readonly #peer: Peer;
  #closed = false;

  constructor(identity: CompanyIdentity, peer: Peer) {
    this.company = identity.mspId;
    this.#identity = identity;
    this.#peer = peer;
  }

  channels(): Promise<readonly ChannelInfo[]> {
    return this.#peer.channels();
  }

  async submit(call: LedgerCall): Promise<SubmitResult> {
    return retryConflicts(RETRY, () => this.#peer.submit(...this.#sign(call)));
  }

  evaluate(call: LedgerCall): Promise<unknown> {
    return this.#peer.evaluate(...this.#sign(call));
  }

  async *events(
    channel: string,
    checkpoint: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<LedgerEvent> {
    let block = blockOf(checkpoint);
    const ended = (): boolean => signal.aborted || this.#closed;
    while (!ended()) {
      for (const event of await unlessAborted(this.#nextEvents(channel, block), signal)) {
        if (ended()) return;
        yield event;
        block = event.block;
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#peer.close();
  }

  /** Events, or none when the ledger could not be read and has been given time to recover. */
  async #nextEvents(channel: string, block: number): Promise<readonly LedgerEvent[]> {
    try {
      return await this.#peer.eventsAfter(channel, block, EVENT_PATIENCE);
    } catch (error) {
      if (!(error instanceof LedgerError && error.transient)) throw error;
      await sleep(REOPEN_PAUSE);
      return [];
    }
  }

  #sign(call: LedgerCall): Parameters<Peer['submit']> {
    const identity = identityFor(this.#identity, call.as ?? 'client');
    return [signProposal(call, identity, Date.now()), call.transient ?? {}];
  }
}

/** What is awaited, or nothing as soon as the signal aborts. The signal outlives many waits, so each one unlistens. */
async function unlessAborted<T>(awaited: Promise<readonly T[]>, signal: AbortSignal): Promise<readonly T[]> {
  let stop = (): void => undefined;
  const aborted = new Promise<readonly T[]>((resolve) => {
    stop = () => {
      resolve([]);
    };
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A checkpoint is the number of the block that held the event. */
function blockOf(checkpoint: string | undefined): number {
  const block = Number(checkpoint ?? '0');
  if (!Number.isSafeInteger(block) || block < 0) {
    throw new LedgerError('bad-proposal', 'the checkpoint is not one of this ledger');
  }
  return block;
}
