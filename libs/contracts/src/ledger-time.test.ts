import { answerHash, type Answer } from '@tacit/comparison';
import { canonicalBytes } from '@tacit/core';
import { CLOCK_TOLERANCE, createContracts, credentialHash, type Order } from '@tacit/contracts';
import { MemoryChannel } from './memory-channel.fixture';
import { anyHash, id } from './published-pair.fixture';
import { ask, published, refusal } from './quality-channel.fixture';

const HOUR = 3_600_000;
const price = { minorUnits: 250, currency: 'EUR' };
const credential = new Uint8Array(32);

/** A sales channel with one order, placed at `channel.now`. */
async function ordered(): Promise<{ channel: MemoryChannel; orderId: string; pairId: string }> {
  const channel = new MemoryChannel(
    'sales',
    createContracts().find(({ purpose }) => purpose === 'sales')!,
  );
  await channel.run('S', 'registerCustomer', { customer: 'A', credentialHash: credentialHash(credential) });
  await channel.run('S', 'setPrice', price);
  const [orderId, pairId] = [id(), id()];
  await order(channel, orderId, pairId);
  return { channel, orderId, pairId };
}

const order = (channel: MemoryChannel, orderId: string, pairId: string): Promise<unknown> =>
  channel.run(
    'A',
    'placeOrder',
    { orderId, pairId, servicer: 'S', price, deadline: channel.now + HOUR },
    { transient: { credential } },
  );

const readOrder = async (channel: MemoryChannel, orderId: string): Promise<Order> =>
  (await channel.run('A', 'getOrder', { orderId })) as Order;

describe('the time of an order', () => {
  it.each(['recordDelivery', 'confirmReceipt', 'disputeOrder', 'refuseOrder', 'creditOrder'])(
    'refuses %s dated before the order',
    async (name) => {
      const { channel, orderId } = await ordered();
      channel.now -= CLOCK_TOLERANCE + 1;
      const input = {
        orderId,
        ...(name === 'disputeOrder' && { reason: 'x' }),
        ...(name === 'creditOrder' && { refusalHash: anyHash() }),
      };
      const party = name === 'confirmReceipt' || name === 'disputeOrder' ? 'A' : 'S';
      await expect(channel.run(party, name, input)).rejects.toEqual(refusal('bad-time'));
      channel.now += 1;
      await channel.run(party, name, input);
    },
  );

  it('never goes back, however the parties’ clocks differ', async () => {
    const { channel, orderId } = await ordered();
    const { orderedAt } = await readOrder(channel, orderId);
    channel.now -= 60_000;
    await channel.run('S', 'recordDelivery', { orderId });
    expect((await readOrder(channel, orderId)).deliveredAt).toBe(orderedAt);
    channel.now += 90_000;
    await channel.run('A', 'confirmReceipt', { orderId });
    expect((await readOrder(channel, orderId)).receivedAt).toBe(orderedAt + 30_000);
  });

  it('goes on from the pair’s order before it', async () => {
    const { channel, orderId, pairId } = await ordered();
    await channel.run('S', 'refuseOrder', { orderId });
    channel.now -= CLOCK_TOLERANCE + 1;
    await expect(order(channel, id(), pairId)).rejects.toEqual(refusal('bad-time'));
    const other = id();
    await order(channel, other, id());
    expect((await readOrder(channel, other)).orderedAt).toBe(channel.now);
  });

  it('dates nothing before a deadline that its last change lies behind', async () => {
    const { channel, orderId } = await ordered();
    const { deadline } = await readOrder(channel, orderId);
    channel.now = deadline - 1;
    await channel.run('S', 'recordDelivery', { orderId });
    channel.now = deadline + 1;
    await channel.run('A', 'confirmReceipt', { orderId });
    channel.now = deadline - CLOCK_TOLERANCE;
    await expect(channel.run('S', 'creditOrder', { orderId, refusalHash: anyHash() })).rejects.toEqual(
      refusal('bad-time'),
    );
  });
});

describe('the time of a request', () => {
  it('refuses an answer and a refusal dated before it', async () => {
    const { channel, pair } = await published();
    const requestId = id();
    await ask(channel, pair, { requestId });
    const answer: Answer = {
      requestId,
      pairId: pair.quality.pairId,
      zHash: pair.zHash,
      direction: 'fall',
      index: 2,
      salt: id(),
      proof: 'AAAA',
    };
    const record = (): Promise<unknown> =>
      channel.run('B', 'recordAnswer', { requestId }, { transient: { answer: canonicalBytes(answer) } });
    channel.now -= CLOCK_TOLERANCE + 1;
    await expect(record()).rejects.toEqual(refusal('bad-time'));
    await expect(channel.run('B', 'refuseRequest', { requestId })).rejects.toEqual(refusal('bad-time'));
    channel.now += 1;
    await record();
    expect(await channel.run('A', 'getRequest', { requestId })).toMatchObject({
      status: 'answered',
      answerHash: answerHash(answer),
    });
  });

  it('goes on from the pair’s request before it', async () => {
    const { channel, pair } = await published();
    const [first, second] = [id(), id()];
    await ask(channel, pair, { requestId: first });
    const requestedAt = channel.now;
    await channel.run('B', 'refuseRequest', { requestId: first });
    channel.now -= CLOCK_TOLERANCE + 1;
    await expect(ask(channel, pair)).rejects.toEqual(refusal('bad-time'));
    channel.now = requestedAt - 60_000;
    await ask(channel, pair, { requestId: second });
    expect(await channel.run('A', 'getRequest', { requestId: second })).toMatchObject({ requestedAt });
  });
});
