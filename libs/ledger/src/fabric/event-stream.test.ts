import { Metadata, status as grpcStatus } from '@grpc/grpc-js';
import { GatewayError, type ChaincodeEvent, type CloseableAsyncIterable } from '@hyperledger/fabric-gateway';
import { canonicalBytes } from '@tacit/core';
import { LedgerError, type LedgerEvent } from '../ledger';
import type { Position } from './event-envelope';
import { followEvents } from './event-stream';

const txOf = (n: number): string => n.toString(16).padStart(64, '0');

/** Two events a block. */
const eventOf = (n: number, payload: unknown = { payload: { n }, timestamp: 1000 + n }): ChaincodeEvent => ({
  blockNumber: BigInt(n >> 1),
  transactionId: txOf(n),
  chaincodeName: 'quality',
  eventName: 'Counted',
  payload: canonicalBytes(payload),
});

const broken = (code: grpcStatus): GatewayError =>
  new GatewayError({
    code,
    details: [],
    cause: Object.assign(new Error('no'), { code, details: 'no', metadata: new Metadata() }),
    message: 'no',
  });

/** A stream that ends with an error, or waits until it is closed. */
function streamOf(
  events: readonly ChaincodeEvent[],
  end?: Error,
): CloseableAsyncIterable<ChaincodeEvent> & {
  closed: boolean;
} {
  let close = (): void => undefined;
  const closing = new Promise<void>((resolve) => {
    close = resolve;
  });
  const stream = {
    closed: false,
    close: () => {
      stream.closed = true;
      close();
    },
    [Symbol.dispose]: () => {
      stream.close();
    },
    async *[Symbol.asyncIterator]() {
      yield* events;
      if (end) throw end;
      await closing;
      throw broken(grpcStatus.CANCELLED);
    },
  };
  return stream;
}

/** The next `count` events, and where the streams were opened. */
async function take(
  count: number,
  streams: readonly (() => CloseableAsyncIterable<ChaincodeEvent>)[],
  checkpoint?: string,
): Promise<{ events: LedgerEvent[]; positions: (Position | undefined)[] }> {
  const stop = new AbortController();
  const positions: (Position | undefined)[] = [];
  const events: LedgerEvent[] = [];
  const open = async (after: Position | undefined): Promise<CloseableAsyncIterable<ChaincodeEvent>> => {
    positions.push(after);
    return streams[positions.length - 1]!();
  };
  for await (const event of followEvents('quality', checkpoint, stop.signal, open)) {
    events.push(event);
    if (events.length === count) stop.abort();
  }
  return { events, positions };
}

const numbers = (events: readonly LedgerEvent[]): number[] =>
  events.map(({ payload }) => (payload as { n: number }).n);

it('hands out what the contract emitted, with the transaction’s time and a checkpoint', async () => {
  const { events, positions } = await take(1, [() => streamOf([eventOf(7)])]);
  expect(positions).toEqual([undefined]);
  expect(events).toEqual([
    {
      channel: 'quality',
      name: 'Counted',
      payload: { n: 7 },
      txId: txOf(7),
      block: 3,
      timestamp: 1007,
      checkpoint: `3:${txOf(7)}`,
    },
  ]);
});

it('goes on after the last event when a stream breaks, ends or does not open', async () => {
  const { events, positions } = await take(
    5,
    [
      () => streamOf([eventOf(2), eventOf(3)], broken(grpcStatus.UNAVAILABLE)),
      () => {
        throw new LedgerError('unavailable', 'no peer');
      },
      () => streamOf([], broken(grpcStatus.INTERNAL)),
      () => streamOf([eventOf(4)], broken(grpcStatus.CANCELLED)),
      () => streamOf([eventOf(5), eventOf(6)]),
    ],
    `0:${txOf(1)}`,
  );
  expect(numbers(events)).toEqual([2, 3, 4, 5, 6]);
  const after = (n: number): Position => ({ block: BigInt(n >> 1), txId: txOf(n) });
  expect(positions).toEqual([after(1), after(3), after(3), after(3), after(4)]);
});

it('closes its stream when the signal aborts, and when the reader leaves', async () => {
  const waiting = streamOf([]);
  const stop = new AbortController();
  const next = followEvents('quality', undefined, stop.signal, async () => waiting).next();
  stop.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(waiting.closed).toBe(true);

  const left = streamOf([eventOf(1), eventOf(2)]);
  const reader = followEvents('quality', undefined, new AbortController().signal, async () => left);
  await reader.next();
  await reader.return();
  expect(left.closed).toBe(true);
});

it('does not go on when opening it again will not help', async () => {
  await expect(take(1, [() => streamOf([], broken(grpcStatus.PERMISSION_DENIED))])).rejects.toMatchObject({
    code: 'not-a-member',
    step: 'events',
  });
});

it.each([
  ['no envelope', { n: 1 }],
  ['a time that is text', { payload: {}, timestamp: '1' }],
  ['more than an envelope', { payload: {}, timestamp: 1, more: 1 }],
])('does not take %s for an event of ours', async (_, payload) => {
  await expect(take(1, [() => streamOf([eventOf(1, payload)])])).rejects.toMatchObject({
    code: 'misconfigured',
  });
});

it.each(['x', '', '-1', '1', `1:${'0'.repeat(63)}`, `1.5:${txOf(0)}`, `1:${txOf(0)}:`])(
  'refuses the checkpoint %j',
  async (checkpoint) => {
    await expect(take(1, [], checkpoint)).rejects.toMatchObject({ code: 'bad-proposal' });
  },
);
