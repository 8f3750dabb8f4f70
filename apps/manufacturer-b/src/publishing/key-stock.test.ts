import { randomBytes } from 'node:crypto';
import type { Database } from '@tacit/company';
import { toBase64url } from '@tacit/core';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { StockedKeyEntity } from '../entities/stocked-key.entity';
import { pairRows, TestState } from '../company.fixture';
import { ENCRYPT_PAIR, KeyStock, type MadeKey } from './key-stock';

const PROFILE = 'paillier-3072';

function madeKey(bits = 8): MadeKey {
  return {
    keyId: toBase64url(randomBytes(32)),
    profile: PROFILE,
    bits,
    method: 'uniform',
    publicKey: randomBytes(48),
    keyProof: randomBytes(48),
    secretKey: randomBytes(48),
    nonceFactors: [randomBytes(40), randomBytes(40)],
  };
}

describe('KeyStock', () => {
  let state: TestState;
  let database: Database;
  let stock: KeyStock;

  const open = (): void => {
    ({ database } = state);
    state.queue.register(ENCRYPT_PAIR, { handle: async () => async () => {} });
    stock = new KeyStock(database, state.queue, state.atRest);
  };
  const addKey = async (key = madeKey()): Promise<MadeKey> => {
    await database.transaction((em) => stock.add(em, key));
    return key;
  };
  const addPair = async (changes: Partial<PairEntity> = {}): Promise<string> => {
    const { pair } = pairRows(state.atRest, { x: '0.45', y: '0.41' }, {}, changes);
    await database.transaction(async (em) => {
      await em.insert(PairEntity, pair);
      await stock.request(em, pair);
    });
    return pair.pairId;
  };
  const keyRow = (keyId: string): Promise<StockedKeyEntity> =>
    database.read((em) =>
      em.findOneOrFail(StockedKeyEntity, {
        where: { keyId },
        select: { keyId: true, state: true, pairId: true, secretKey: true, nonceFactors: true },
      }),
    );
  const pairRow = (pairId: string): Promise<PairEntity> =>
    database.read((em) => em.findOneByOrFail(PairEntity, { pairId }));

  beforeEach(async () => {
    state = await TestState.open();
    open();
  });
  afterEach(() => state.close());

  it('gives a stocked key to the pair that asks, with a job for exactly these two', async () => {
    const { keyId } = await addKey();
    const pairId = await addPair();
    expect(await keyRow(keyId)).toMatchObject({ state: 'assigned', pairId });
    expect((await pairRow(pairId)).keyId).toBe(keyId);
    expect(await state.jobs()).toEqual([[ENCRYPT_PAIR, `${keyId}:${pairId}`]]);
  });

  it('gives new keys to waiting pairs in the order in which they came, each key to one pair', async () => {
    const pairIds = [
      await addPair({ createdAt: 3 }),
      await addPair({ createdAt: 1 }),
      await addPair({ createdAt: 2 }),
    ];
    const keys = [await addKey(), await addKey(), await addKey(), await addKey()];
    const owners = await Promise.all(keys.map(async ({ keyId }) => (await keyRow(keyId)).pairId));
    expect(owners).toEqual([pairIds[1], pairIds[2], pairIds[0], null]);
  });

  it('gives no key of another kind', async () => {
    await addKey(madeKey(16));
    const pairId = await addPair();
    expect((await pairRow(pairId)).keyId).toBeNull();
  });

  it('hands a key out once, marked as used before it does', async () => {
    const key = await addKey();
    const pairId = await addPair();
    const taken = await stock.take({ pairId, keyId: key.keyId });
    expect(taken?.nonceFactors.map((part) => Buffer.from(part))).toEqual(key.nonceFactors);
    expect(Buffer.from(taken!.publicKey)).toEqual(key.publicKey);
    expect(Buffer.from(taken!.keyProof)).toEqual(key.keyProof);
    await state.reopen();
    open();
    expect((await keyRow(key.keyId)).state).toBe('used');
  });

  it('destroys a key whose use was interrupted and gives the pair another one', async () => {
    const first = await addKey();
    const pairId = await addPair();
    const job = { pairId, keyId: first.keyId };
    await stock.take(job);
    await state.reopen();
    open();
    const second = await addKey();
    expect(await stock.take(job)).toBeNull();
    expect(await keyRow(first.keyId)).toMatchObject({
      state: 'destroyed',
      secretKey: null,
      nonceFactors: null,
    });
    expect(await keyRow(second.keyId)).toMatchObject({ state: 'assigned', pairId });
    expect(await stock.take(job)).toBeNull();
    expect(await stock.take({ pairId, keyId: second.keyId })).not.toBeNull();
  });

  it('gives a pair up when its encryption never comes to an end', async () => {
    const pairId = await addPair();
    for (let i = 0; i < 10; i++) {
      const { keyId } = await addKey();
      await stock.take({ pairId, keyId });
      expect(await stock.take({ pairId, keyId })).toBeNull();
    }
    expect(await pairRow(pairId)).toMatchObject({ state: 'failed', reason: 'encryption-interrupted' });
  });

  it('passes an untouched key on when its pair does not need it', async () => {
    const { keyId } = await addKey();
    const [first, second] = [await addPair(), await addPair()];
    await database.transaction(async (em) => {
      await em.update(PairEntity, { pairId: first }, { state: 'failed' });
      await stock.release(em, { pairId: first, keyId });
    });
    expect(await keyRow(keyId)).toMatchObject({ state: 'assigned', pairId: second });
    expect(await stock.take({ pairId: second, keyId })).not.toBeNull();
  });

  it('destroys a used key that is given back, and only if it is still that pair’s', async () => {
    const { keyId } = await addKey();
    const pairId = await addPair();
    await stock.take({ pairId, keyId });
    await database.transaction((em) => stock.release(em, { pairId: 'another', keyId }));
    expect((await keyRow(keyId)).state).toBe('used');
    await database.transaction((em) => stock.release(em, { pairId, keyId }));
    expect(await keyRow(keyId)).toMatchObject({ state: 'destroyed', secretKey: null, nonceFactors: null });
  });

  it('stores nothing secret as it is', async () => {
    const key = await addKey();
    const row = await keyRow(key.keyId);
    const stored = JSON.stringify(row);
    for (const secret of [key.secretKey, ...key.nonceFactors]) {
      expect(stored).not.toContain(Buffer.from(secret).toString('base64url').slice(0, 20));
    }
  });

  it('opens the secret key of a used key until its agreement has ended', async () => {
    const { keyId, secretKey } = await addKey();
    const pairId = await addPair({ expiresAt: 1_000 });
    await stock.take({ pairId, keyId });
    const sealed = await database.read((em) => stock.secretKey(em, pairId));
    expect(Buffer.from(stock.openSecretKey(sealed!))).toEqual(secretKey);
    expect(await database.transaction((em) => stock.destroyExpired(em, 999))).toBe(0);
    expect(await database.transaction((em) => stock.destroyExpired(em, 1_000))).toBe(1);
    expect(await database.read((em) => stock.secretKey(em, pairId))).toBeNull();
    expect((await keyRow(keyId)).secretKey).toBeNull();
  });

  it('tells the demand of waiting pairs and of agreements in force', async () => {
    const { agreement } = pairRows(state.atRest, { x: '1', y: '2' }, { bits: 16, expiresAt: 5_000 });
    await database.transaction((em) => em.insert(AgreementEntity, agreement));
    await addPair();
    await addPair();
    await addKey(madeKey(32));
    const demand = (now: number): Promise<unknown> => database.read((em) => stock.demand(em, now));
    expect(await demand(4_999)).toEqual([
      { profile: PROFILE, bits: 8, waiting: 2, stocked: 0, inForce: false },
      { profile: PROFILE, bits: 16, waiting: 0, stocked: 0, inForce: true },
      { profile: PROFILE, bits: 32, waiting: 0, stocked: 1, inForce: false },
    ]);
    expect(await demand(5_000)).not.toContainEqual(expect.objectContaining({ inForce: true }));
  });
});
