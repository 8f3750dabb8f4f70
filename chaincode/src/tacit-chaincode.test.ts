import { createHash, X509Certificate } from 'node:crypto';
import type { Contract, ContractFunction, LedgerKey, LedgerTransaction } from '@tacit/contracts';
import { canonicalBytes, TacitError, utf8 } from '@tacit/core';
import { certificateOf, MemoryStub, type Call } from './memory-stub.fixture';
import { TacitChaincode } from './tacit-chaincode';

interface Input {
  readonly key: LedgerKey;
  readonly value: string;
}

const text = (bytes: Uint8Array | undefined): string | null => (bytes ? Buffer.from(bytes).toString() : null);

const define =
  (run: (tx: LedgerTransaction, input: Input) => Promise<unknown>): ContractFunction =>
  (tx, input) =>
    run(tx, input as Input);

const transactions = {
  put: define(async (tx, { key, value }) => {
    tx.put(key, utf8('first'));
    tx.put(key, utf8(value));
    tx.emit('Put', canonicalBytes({ value }));
    return text(await tx.get(key));
  }),
  putPrivate: define(async (tx, { key }) => {
    tx.putPrivate('answers', key, tx.transient('value') ?? new Uint8Array(0));
    return tx.transient('toString') === undefined;
  }),
  emitTwice: define(async (tx, { key }) => {
    tx.put(key, utf8('x'));
    tx.emit('First', utf8('1'));
    tx.emit('Second', utf8('2'));
  }),
  emitLoosely: define(async (tx) => {
    tx.emit('Loose', utf8('{ "a": 1 }'));
  }),
  refuse: define(async (tx, { key }) => {
    tx.put(key, utf8('x'));
    throw new TacitError('not-allowed', 'not for you');
  }),
  fail: define(async (_, { value }) => {
    throw new SyntaxError(`cannot parse ${value}`);
  }),
  context: define(async ({ channel, txId, timestamp, caller }) => ({ channel, txId, timestamp, caller })),
  fraction: define(async () => 0.5),
  nothing: define(async () => undefined),
};
const queries = {
  get: define(async (tx, { key }) => text(await tx.get(key))),
  list: define(async (tx, { key }) =>
    (await tx.range(key)).map((record) => [record.key, text(record.value)]),
  ),
  getPrivate: define(async (tx, { key }) => text(await tx.getPrivate('answers', key))),
  putInQuery: define(async (tx, { key }) => {
    tx.put(key, utf8('x'));
  }),
  emitInQuery: define(async (tx) => {
    tx.emit('Event', utf8('1'));
  }),
};
const contracts: readonly Contract[] = [
  { purpose: 'quality', transactions, queries },
  { purpose: 'xor', transactions: { putXor: transactions.put }, queries },
];

let client: Uint8Array;
const faults: unknown[] = [];
const chaincode = new TacitChaincode(contracts, (_, error) => faults.push(error));

beforeAll(async () => {
  client = await certificateOf('client');
});
beforeEach(() => {
  faults.length = 0;
});

const stubFor = (name: string, input: unknown, call: Partial<Call> = {}, before?: MemoryStub): MemoryStub =>
  new MemoryStub(
    { args: [name, Buffer.from(canonicalBytes(input)).toString()], creator: client, ...call },
    before?.state,
  );

/** The function's result, or the `{code, message}` that it is refused with. */
async function invoke(stub: MemoryStub): Promise<unknown> {
  const { status, payload, message } = await chaincode.Invoke(stub.asStub);
  return JSON.parse(status === 200 ? Buffer.from(payload!).toString() : message!) as unknown;
}

const run = (name: string, input: unknown, call?: Partial<Call>): Promise<unknown> =>
  invoke(stubFor(name, input, call));

describe('a call', () => {
  it('reads the state before it, and leaves the last value and one event with the time', async () => {
    const first = stubFor('put', { key: ['pair', '1'], value: 'x' });
    expect(await invoke(first)).toBeNull();
    expect([...first.state]).toEqual([['\0pair\x001\0', utf8('x')]]);
    expect(first.event).toEqual({
      name: 'Put',
      payload: { payload: { value: 'x' }, timestamp: 1_700_000_000_123 },
    });
    const second = stubFor('put', { key: ['pair', '1'], value: 'y' }, {}, first);
    expect(await invoke(second)).toBe('x');
  });

  it('knows channel, transaction, time and caller', async () => {
    for (const role of ['client', 'admin']) {
      const creator = await certificateOf('sales department', role);
      const fingerprint = createHash('sha256').update(new X509Certificate(creator).raw).digest('hex');
      expect(await run('context', {}, { channel: 'quality-a2', creator })).toEqual({
        channel: 'quality-a2',
        txId: 'ab'.repeat(32),
        timestamp: 1_700_000_000_123,
        caller: { company: 'ManufacturerB', role, fingerprint },
      });
    }
  });

  it.each([[[]], [['peer']], [['client', 'admin']], [['client', 'client']], [['clients']]])(
    'of a certificate with the units %j is refused',
    async (units) => {
      const creator = await certificateOf(...units);
      expect(await run('context', {}, { creator })).toMatchObject({ code: 'not-allowed' });
    },
  );

  it.each([
    ['no channel of ours', { channel: 'documents', definition: 'quality' }],
    ['a channel of another purpose', { channel: 'xor', definition: 'quality' }],
    ['a definition of another name', { channel: 'quality', definition: 'quality-a2' }],
    ['a purpose without contract', { channel: 'sales', definition: 'sales' }],
  ])('on %s is refused', async (_, where) => {
    expect(await run('get', { key: ['x'] }, where)).toMatchObject({ code: 'wrong-channel' });
  });

  it('of a name that the channel’s contract does not have is refused', async () => {
    for (const name of ['putXor', 'toString', '__proto__', 'constructor', '']) {
      expect(await run(name, {})).toMatchObject({ code: 'unknown-function' });
    }
    expect(faults).toEqual([]);
  });

  it.each<[string, string[]]>([
    ['no input', ['get']],
    ['two inputs', ['get', '{}', '{}']],
    ['another spelling', ['get', '{ "key":["x"]}']],
    ['a fraction', ['get', '0.50']],
    ['no JSON', ['get', '{']],
    ['what is nested beyond measure', ['get', '['.repeat(100_000) + ']'.repeat(100_000)]],
    ['more than a mebibyte', ['get', `"${'x'.repeat(1 << 20)}"`]],
  ])('with %s is refused', async (_, args) => {
    expect(await run('', {}, { args })).toMatchObject({ code: 'bad-input' });
  });

  it('with transient data beyond every size is refused', async () => {
    const half = new Uint8Array((1 << 19) + 1);
    expect(await run('nothing', {}, { transient: { a: half, b: half } })).toMatchObject({
      code: 'bad-input',
    });
    expect(await run('nothing', {}, { transient: { a: half } })).toBeNull();
  });
});

describe('a refusal', () => {
  it('keeps the contract’s code and leaves nothing', async () => {
    const stub = stubFor('refuse', { key: ['x'] });
    expect(await invoke(stub)).toEqual({ code: 'not-allowed', message: 'not for you' });
    expect(stub.state.size).toBe(0);
    expect(faults).toEqual([]);
  });

  it('of a failure says nothing about what failed; the log does', async () => {
    expect(await run('fail', { value: 'canary' })).toEqual({
      code: 'contract-failed',
      message: 'the contract failed',
    });
    expect(faults).toEqual([expect.objectContaining({ message: 'cannot parse canary' })]);
  });

  it.each([
    ['emitTwice', 'a second event'],
    ['emitLoosely', 'an event in another spelling'],
    ['putInQuery', 'a query that writes'],
    ['emitInQuery', 'a query that emits'],
    ['putPrivate', 'an empty record'],
    ['fraction', 'a result that is no safe integer'],
  ])('%s: %s', async (name) => {
    const stub = stubFor(name, { key: ['x'] });
    expect(await invoke(stub)).toHaveProperty('code');
    expect([stub.state.size, stub.event]).toEqual([0, undefined]);
  });

  it.each([[['pair', '']], [[]], [['pair', 'a\0b']], [['pair', '\u{10ffff}']]])(
    'of the key %j',
    async (key) => {
      expect(await run('put', { key, value: 'x' })).toMatchObject({ code: 'contract-failed' });
    },
  );
});

describe('a prefix', () => {
  it('finds whole parts only, in key order, each with its own key', async () => {
    const before = stubFor('nothing', null);
    const keys = [
      ['b', '2'],
      ['a'],
      ['b'],
      ['bb'],
      ['b', '1'],
      ['b', 'é'],
      ['b', '\u{1f600}'],
      ['b', '\uff21'],
    ];
    for (const key of keys) {
      await invoke(stubFor('put', { key: ['range', ...key], value: key.join('/') }, {}, before));
    }
    await invoke(stubFor('put', { key: ['ranges', 'b'], value: 'x' }, {}, before));
    expect(await invoke(stubFor('list', { key: ['range', 'b'] }, {}, before))).toEqual([
      [['range', 'b'], 'b'],
      [['range', 'b', '1'], 'b/1'],
      [['range', 'b', '2'], 'b/2'],
      [['range', 'b', 'é'], 'b/é'],
      [['range', 'b', '\uff21'], 'b/\uff21'],
      [['range', 'b', '\u{1f600}'], 'b/\u{1f600}'],
    ]);
    expect(await invoke(stubFor('list', { key: ['range'] }, {}, before))).toHaveLength(8);
  });
});

describe('private data', () => {
  const key = ['answer', '1'];
  const composite = 'answers\0answer\x001\0';

  it('goes to its collection and comes back', async () => {
    const stub = stubFor('putPrivate', { key }, { transient: { value: utf8('secret') } });
    expect(await invoke(stub)).toBe(true);
    expect(stub.state.size).toBe(0);
    expect(text(stub.private.get(composite))).toBe('secret');
  });

  it.each([
    ['that nobody wrote is null', undefined, undefined, null],
    ['that is whole is returned', 'secret', 'secret', 'secret'],
    ['that is missing here is unavailable', undefined, 'secret', { code: 'unavailable' }],
    ['that was altered is unavailable', 'other', 'secret', { code: 'unavailable' }],
  ])('%s', async (_, value, hashed, expected) => {
    const stub = stubFor('getPrivate', { key });
    if (value !== undefined) stub.private.set(composite, utf8(value));
    if (hashed !== undefined) stub.privateHashes.set(composite, createHash('sha256').update(hashed).digest());
    const outcome = await invoke(stub);
    if (typeof expected === 'object' && expected) expect(outcome).toMatchObject(expected);
    else expect(outcome).toBe(expected);
  });

  it.each([
    ['tx creator does not have read access permission on privatedata', 'not-a-member'],
    ['collection quality/answers could not be found', 'not-a-member'],
    ['private data matching public hash version is not available', 'unavailable'],
    ['the state database is closed', 'unavailable'],
  ])('tells “%s” as %s', async (message, code) => {
    const stub = stubFor('getPrivate', { key });
    stub.peerError = new Error(message);
    expect(await invoke(stub)).toMatchObject({ code });
    expect(faults).toHaveLength(1);
  });
});

it('a peer that does not take the writes makes the call fail', async () => {
  const stub = stubFor('put', { key: ['x'], value: 'y' });
  jest.spyOn(stub, 'putState').mockRejectedValue(new Error('no'));
  expect(await invoke(stub)).toMatchObject({ code: 'unavailable' });
  expect(stub.event).toBeUndefined();
});
