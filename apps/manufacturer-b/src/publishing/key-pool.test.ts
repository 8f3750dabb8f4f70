import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@tacit/company';
import { toBase64url } from '@tacit/core';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { pairRows, silentLog, TestState } from '../company.fixture';
import { KeyPool } from './key-pool';
import { ENCRYPT_PAIR, KeyStock } from './key-stock';
import { SecretExpiry } from './secret-expiry';

/** Threads whose keys are random bytes; each key is begun when the test says so. */
class FakeThreads {
  readonly begun: string[] = [];
  readonly #waiting: (() => void)[] = [];
  held = false;

  async run(name: string, { profile }: { profile: string }): Promise<unknown> {
    if (name === 'sharesFactor') return false;
    if (name === 'makeFactors') return randomBytes(8);
    this.begun.push(profile);
    if (this.held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const [publicKey, secretKey, keyProof] = [randomBytes(8), randomBytes(8), randomBytes(8)];
    return { publicKey, keyId: toBase64url(randomBytes(32)), secretKey, keyProof };
  }

  release(): void {
    this.held = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async close(): Promise<void> {
    this.release();
  }
}

describe('KeyPool', () => {
  let state: TestState;
  let stock: KeyStock;
  let threads: FakeThreads;
  let pool: KeyPool;

  beforeEach(async () => {
    state = await TestState.open();
    state.queue.register(ENCRYPT_PAIR, { handle: async () => async () => {} });
    stock = new KeyStock(state.database, state.queue, state.atRest);
    threads = new FakeThreads();
    pool = new KeyPool(
      state.database,
      stock,
      threads as unknown as ConstructorParameters<typeof KeyPool>[2],
      new Metrics(),
      {
        company: 'ManufacturerB',
        settings: { stockedKeys: 2, keyThreads: 2, shortExponents: false, answering: true },
      } as ConstructorParameters<typeof KeyPool>[4],
      silentLog,
    );
  });
  afterEach(async () => {
    await pool.onApplicationShutdown();
    await state.close();
  });

  const agree = (expiresAt = Date.UTC(2999, 0, 1)): Promise<unknown> =>
    state.database.transaction((em) =>
      em.insert(AgreementEntity, pairRows(state.atRest, { x: '1', y: '2' }, { expiresAt }).agreement),
    );
  const addPairs = async (count: number, profile: string): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const { pair } = pairRows(state.atRest, { x: '1', y: '2' }, { profile });
      await state.database.transaction((em) => em.insert(PairEntity, pair));
    }
  };
  const demand = (): ReturnType<KeyStock['demand']> =>
    state.database.read((em) => stock.demand(em, Date.now()));
  const atRest = async (): Promise<void> => {
    pool.wake();
    for (let quiet = 0; quiet < 5;) {
      await sleep(10);
      quiet = pool.making.length === 0 ? quiet + 1 : 0;
    }
  };

  it('makes nothing while no agreement is in force', async () => {
    await agree(Date.now() - 1);
    await atRest();
    expect(threads.begun).toEqual([]);
  });

  it('fills the stock of a kind in force to its target, and no further', async () => {
    await agree();
    await atRest();
    await atRest();
    expect(threads.begun).toHaveLength(2);
    expect(await demand()).toMatchObject([{ stocked: 2, waiting: 0 }]);
  });

  it('makes one key for every pair that waits, beyond the target', async () => {
    await agree();
    await addPairs(3, 'paillier-3072');
    await atRest();
    expect(threads.begun).toHaveLength(5);
    expect(await demand()).toMatchObject([{ stocked: 2, waiting: 0 }]);
  });

  it('lets a kind of which one pair waits have its turn beside one of which many wait', async () => {
    await addPairs(5, 'paillier-6144');
    await addPairs(1, 'paillier-3072');
    threads.held = true;
    pool.wake();
    while (threads.begun.length < 2) await sleep(5);
    expect(threads.begun).toEqual(['paillier-6144', 'paillier-3072']);
    threads.release();
    await atRest();
    expect(threads.begun).toHaveLength(6);
  });
});

describe('SecretExpiry', () => {
  it('ends pairs that got no key before their agreement ended', async () => {
    const state = await TestState.open();
    state.queue.register(ENCRYPT_PAIR, { handle: async () => async () => {} });
    const stock = new KeyStock(state.database, state.queue, state.atRest);
    const { pair } = pairRows(state.atRest, { x: '1', y: '2' }, { expiresAt: 1_000 });
    await state.database.transaction((em) => em.insert(PairEntity, pair));
    const read = (): Promise<PairEntity> =>
      state.database.read((em) => em.findOneByOrFail(PairEntity, { pairId: pair.pairId }));
    const expiry = new SecretExpiry(state.database, stock, silentLog);
    await expiry.sweep(999);
    expect((await read()).state).toBe('queued');
    await expiry.sweep(1_000);
    expect(await read()).toMatchObject({ state: 'failed', reason: 'agreement-expired' });
    await state.close();
  });
});
