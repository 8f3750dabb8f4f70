import {
  ANSWERS,
  type Contract,
  type ContractFunction,
  type LedgerKey,
  type LedgerTransaction,
} from '@tacit/contracts';
import { TacitError, utf8 } from '@tacit/core';

interface Input {
  readonly key: LedgerKey;
  readonly value: string;
}

const text = (bytes: Uint8Array | undefined): string | null =>
  bytes ? new TextDecoder().decode(bytes) : null;

const define =
  (run: (tx: LedgerTransaction, input: Input) => Promise<unknown>): ContractFunction =>
  (tx, input) =>
    run(tx, input as Input);

const transactions = {
  put: define(async (tx, { key, value }) => {
    tx.put(key, utf8(value));
    return text(await tx.get(key));
  }),
  putAndTell: define(async (tx, { key, value }) => {
    tx.put(key, utf8(value));
    tx.emit('Put', utf8(JSON.stringify({ key, value })));
  }),
  increment: define(async (tx, { key }) => {
    const count = Number(text(await tx.get(key)) ?? '0') + 1;
    tx.put(key, utf8(count.toString()));
    return count;
  }),
  /** Refuses a sixth record below the key: what a range that misses a phantom would let through. */
  addToList: define(async (tx, { key, value }) => {
    const { length } = await tx.range(key);
    if (length >= 5) throw new TacitError('list-full', 'the list is full');
    tx.put([...key, value], utf8(value));
    return length + 1;
  }),
  /** The key travels as transient data too, so that nothing of the record is on the channel. */
  putPrivate: define(async (tx) => {
    tx.putPrivate(ANSWERS, ['private', text(tx.transient('key')) ?? ''], tx.transient('value') ?? utf8('-'));
  }),
  emitTwice: define(async (tx) => {
    tx.emit('First', utf8('1'));
    tx.emit('Second', utf8('2'));
  }),
  refuse: define(async () => {
    throw new TacitError('not-allowed', 'not for you');
  }),
  fail: define(async (_, { value }) => {
    throw new SyntaxError(`cannot parse ${value}`);
  }),
  context: define(async ({ channel, txId, timestamp, caller }) => ({ channel, txId, timestamp, caller })),
  nothing: define(async () => undefined),
};

const queries = {
  get: define(async (tx, { key }) => text(await tx.get(key))),
  list: define(async (tx, { key }) =>
    (await tx.range(key)).map((record) => [record.key, text(record.value)]),
  ),
  getPrivate: define(async (tx, { key }) => text(await tx.getPrivate(ANSWERS, key))),
  putInQuery: define(async (tx, { key }) => {
    tx.put(key, utf8('x'));
  }),
  /** What a network is asked when it starts. */
  getMember: define(async () => null),
};

/** A small contract that touches everything that a ledger offers. */
export const PROBE_CONTRACTS: readonly Contract[] = (['quality', 'xor', 'sales'] as const).map((purpose) => ({
  purpose,
  transactions,
  queries,
}));
