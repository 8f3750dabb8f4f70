import { randomBytes } from 'node:crypto';
import {
  createContracts,
  credentialHash,
  MAX_ORDER_LIFETIME,
  orderState,
  type Order,
} from '@tacit/contracts';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id, pairOfReadings, scheme, terms } from './published-pair.fixture';

const contracts = createContracts({ schemes: [scheme] });
const contractFor = (purpose: string) => contracts.find((contract) => contract.purpose === purpose)!;
const refusal = (code: string): unknown => expect.objectContaining({ name: 'ContractError', code });

describe('XOR records', () => {
  const agreement = terms();
  const { xor, key } = pairOfReadings(agreement, 45n, 41n);
  const channelWith = async (): Promise<MemoryChannel> => {
    const channel = new MemoryChannel('xor', contractFor('xor'));
    await channel.run('B', 'publishXor', xor);
    return channel;
  };

  it('are published by the key holder and read by the servicer', async () => {
    const channel = await channelWith();
    await channel.run('B', 'publishXor', xor);
    expect(await channel.run('S', 'getXor', { pairId: xor.pairId })).toEqual(xor);
    expect(channel.events).toEqual([
      { name: 'XorPublished', payload: { pairId: xor.pairId, buyers: ['A'] } },
    ]);
  });

  it.each<[string, string, object, string]>([
    ['a stranger', 'not-allowed', {}, 'S'],
    ['a second record for a pair', 'pair-exists', { buyers: ['A', 'C'] }, 'B'],
    ['a used key', 'key-used', { pairId: id() }, 'B'],
    ['a key holder who buys', 'bad-record', { buyers: ['B'] }, 'B'],
    ['no buyer', 'bad-input', { buyers: [] }, 'B'],
    ['lots or times', 'bad-input', { takenAt: 1 }, 'B'],
  ])('refuse %s', async (_, code, change, by) => {
    const channel = await channelWith();
    await expect(channel.run(by, 'publishXor', { ...xor, ...change })).rejects.toEqual(refusal(code));
  });

  it('refuse vectors that their hash does not name', async () => {
    const channel = new MemoryChannel('xor', contractFor('xor'));
    const other = pairOfReadings(agreement, 1n, 2n, { key });
    for (const change of [{ w: other.xor.w }, { wHash: anyHash() }, { bits: 16 }, { pairId: id() }]) {
      await expect(channel.run('B', 'publishXor', { ...xor, ...change })).rejects.toEqual(
        refusal('bad-vector'),
      );
    }
  });
});

describe('sales', () => {
  const credential = new Uint8Array(randomBytes(32));
  const price = { minorUnits: 250, currency: 'EUR' };
  async function open(): Promise<MemoryChannel> {
    const channel = new MemoryChannel('sales', contractFor('sales'));
    await channel.run('S', 'registerCustomer', { customer: 'A', credentialHash: credentialHash(credential) });
    await channel.run('S', 'setPrice', price);
    return channel;
  }
  const order = (
    channel: MemoryChannel,
    change: object = {},
    by = 'A',
    given: Uint8Array = credential,
  ): Promise<unknown> =>
    channel.run(
      by,
      'placeOrder',
      { orderId: id(), pairId: id(), servicer: 'S', price, deadline: channel.now + 3_600_000, ...change },
      { transient: { credential: given } },
    );
  const stateOf = async (channel: MemoryChannel, orderId: string): Promise<string> =>
    orderState((await channel.run('A', 'getOrder', { orderId })) as Order, channel.now);

  it('charge on the receipt', async () => {
    const channel = await open();
    const orderId = id();
    await order(channel, { orderId });
    expect(await stateOf(channel, orderId)).toBe('ordered');
    await channel.run('S', 'recordDelivery', { orderId });
    expect(await stateOf(channel, orderId)).toBe('delivered');
    await channel.run('A', 'confirmReceipt', { orderId });
    await channel.run('A', 'confirmReceipt', { orderId });
    await channel.run('S', 'recordDelivery', { orderId });
    expect(await stateOf(channel, orderId)).toBe('charged');
    await expect(channel.run('A', 'disputeOrder', { orderId, reason: 'late' })).rejects.toEqual(
      refusal('order-closed'),
    );
    expect(channel.events.filter(({ name }) => name === 'ReceiptConfirmed')).toHaveLength(1);
  });

  it('charge on the deadline what was delivered and not disputed, and expire what was not delivered', async () => {
    const channel = await open();
    const [silent, undelivered, disputed] = [id(), id(), id()];
    for (const orderId of [silent, undelivered, disputed]) await order(channel, { orderId });
    for (const orderId of [silent, disputed]) await channel.run('S', 'recordDelivery', { orderId });
    await channel.run('A', 'disputeOrder', { orderId: disputed, reason: 'wrong hash' });
    channel.now += 3_600_000;
    expect(
      await Promise.all([silent, undelivered, disputed].map((orderId) => stateOf(channel, orderId))),
    ).toEqual(['charged', 'expired', 'disputed']);
  });

  it('refuse a note of delivery after the deadline, which would charge an order that has expired', async () => {
    const channel = await open();
    const { orderId } = (await order(channel)) as { orderId: string };
    channel.now += 3_600_000;
    await expect(channel.run('S', 'recordDelivery', { orderId })).rejects.toEqual(refusal('order-closed'));
    expect(await stateOf(channel, orderId)).toBe('expired');
  });

  it('refuse a backdated note of delivery once the pair was ordered again: one pair, one charge', async () => {
    const channel = await open();
    const pairId = id();
    const expired = (await order(channel, { pairId })) as { orderId: string };
    const start = channel.now;
    channel.now += 3_600_000;
    const again = (await order(channel, { pairId, deadline: channel.now + 3_600_000 })) as {
      orderId: string;
    };
    channel.now = start + 1;
    await expect(channel.run('S', 'recordDelivery', expired)).rejects.toEqual(refusal('order-closed'));
    await expect(channel.run('S', 'recordDelivery', again)).rejects.toEqual(refusal('bad-time'));
    channel.now = start + 3_600_000;
    await channel.run('S', 'recordDelivery', again);
    channel.now += 3_600_000;
    expect(await stateOf(channel, expired.orderId)).toBe('expired');
    expect(await stateOf(channel, again.orderId)).toBe('charged');
  });

  it('see a repeated order as the same order, charged once', async () => {
    const channel = await open();
    const pairId = id();
    const first = (await order(channel, { pairId })) as { orderId: string };
    expect(await order(channel, { pairId })).toEqual(first);
    await channel.run('A', 'confirmReceipt', first);
    expect(await order(channel, { pairId })).toEqual(first);
    expect(channel.events.filter(({ name }) => name === 'OrderPlaced')).toHaveLength(1);
  });

  it('allow a new order after one that ended without the record', async () => {
    const channel = await open();
    const pairId = id();
    const first = (await order(channel, { pairId })) as { orderId: string };
    await channel.run('S', 'refuseOrder', first);
    const second = (await order(channel, { pairId })) as { orderId: string };
    expect(second.orderId).not.toBe(first.orderId);
  });

  it('refuse a stolen signing key without the credential', async () => {
    const channel = await open();
    for (const given of [new Uint8Array(32), credential.subarray(1), new Uint8Array()]) {
      await expect(order(channel, {}, 'A', given)).rejects.toEqual(refusal('wrong-credential'));
    }
    await expect(
      channel.run('A', 'placeOrder', {
        orderId: id(),
        pairId: id(),
        servicer: 'S',
        price,
        deadline: channel.now + 1,
      }),
    ).rejects.toEqual(refusal('wrong-credential'));
    await expect(order(channel, {}, 'C')).rejects.toEqual(refusal('unknown-customer'));
    expect([...channel.state.values()].join()).not.toContain(Buffer.from(credential).toString('base64url'));
  });

  it.each<[string, string, object]>([
    ['another price', 'wrong-price', { price: { ...price, minorUnits: 1 } }],
    ['another currency', 'wrong-price', { price: { ...price, currency: 'USD' } }],
    ['another servicer', 'unknown-customer', { servicer: 'X' }],
    ['a past deadline', 'bad-input', { deadline: 1 }],
    ['a deadline too far away', 'bad-input', { deadline: 1_700_000_000_001 + MAX_ORDER_LIFETIME }],
    ['a negative price', 'bad-input', { price: { ...price, minorUnits: -1 } }],
  ])('refuse %s', async (_, code, change) => {
    await expect(order(await open(), change)).rejects.toEqual(refusal(code));
  });

  it('let each party do only its own part', async () => {
    const channel = await open();
    const orderId = id();
    await order(channel, { orderId });
    for (const [company, name, more] of [
      ['A', 'recordDelivery', {}],
      ['S', 'confirmReceipt', {}],
      ['S', 'disputeOrder', { reason: 'x' }],
      ['A', 'refuseOrder', {}],
      ['A', 'creditOrder', { refusalHash: anyHash() }],
      ['C', 'creditOrder', { refusalHash: anyHash() }],
    ] as const) {
      await expect(channel.run(company, name, { orderId, ...more })).rejects.toEqual(refusal('not-allowed'));
    }
    await expect(
      channel.run('C', 'registerCustomer', { customer: 'A', credentialHash: anyHash() }),
    ).rejects.toEqual(refusal('not-allowed'));
    await expect(channel.run('S', 'confirmReceipt', { orderId: id() })).rejects.toEqual(
      refusal('unknown-order'),
    );
  });

  it('credit an order that was charged', async () => {
    const channel = await open();
    const { orderId } = (await order(channel)) as { orderId: string };
    await channel.run('A', 'confirmReceipt', { orderId });
    await channel.run('S', 'creditOrder', { orderId, refusalHash: anyHash() });
    await channel.run('S', 'creditOrder', { orderId, refusalHash: anyHash() });
    expect(await stateOf(channel, orderId)).toBe('credited');
    await expect(channel.run('S', 'recordDelivery', { orderId })).resolves.toEqual({});
    await expect(order(channel, { orderId })).rejects.toEqual(refusal('order-exists'));
  });
});
