import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaincodeEvent, CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import type { LedgerEvent } from '../ledger';
import { positionOf, toLedgerEvent, type Position } from './event-envelope';
import { failureOf } from './failure';

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Opens Fabric's stream of one channel's events after a position, or from the first block. */
export type OpenStream = (after: Position | undefined) => Promise<CloseableAsyncIterable<ChaincodeEvent>>;

/**
 * A channel's events after a checkpoint until the signal aborts. A stream that breaks is opened again after the last
 * event that was handed out, so none is skipped and none comes twice.
 * @throws LedgerError when opening it again will not help
 */
export async function* followEvents(
  channel: string,
  checkpoint: string | undefined,
  signal: AbortSignal,
  open: OpenStream,
): AsyncGenerator<LedgerEvent, void, void> {
  let position = positionOf(checkpoint);
  let failures = 0;
  const ended = (): boolean => signal.aborted;
  while (!ended()) {
    try {
      for await (const event of untilAborted(await open(position), signal)) {
        const told = toLedgerEvent(channel, event);
        if (ended()) return;
        yield told;
        position = { block: event.blockNumber, txId: event.transactionId };
        failures = 0;
      }
    } catch (error) {
      if (ended()) return;
      const failure = failureOf(error, { step: 'events' });
      if (!failure.transient) throw failure;
    }
    const whole = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures++);
    await sleep(whole / 2 + (Math.random() * whole) / 2, undefined, { signal }).catch(() => undefined);
  }
}

/** The stream, closed when the signal aborts or the reader leaves. */
async function* untilAborted(
  stream: CloseableAsyncIterable<ChaincodeEvent>,
  signal: AbortSignal,
): AsyncGenerator<ChaincodeEvent, void, void> {
  const close = (): void => {
    stream.close();
  };
  const iterator = stream[Symbol.asyncIterator]();
  // Asking for the first event subscribes to the stream: one that is closed unread fails where nobody listens.
  let next = iterator.next();
  signal.addEventListener('abort', close);
  if (signal.aborted) close();
  try {
    for (let result = await next; result.done !== true; result = await next) {
      yield result.value;
      next = iterator.next();
    }
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}
