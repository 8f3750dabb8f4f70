import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemException, Submissions, type Partners } from '@tacit/company';
import { toBase64url } from '@tacit/core';
import { LedgerError, type Ledger, type LedgerCall } from '@tacit/ledger';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { StockedKeyEntity } from '../entities/stocked-key.entity';
import { makeTestKey, pairRows, silentLog, TestState, type PairRows } from '../company.fixture';
import { encrypt } from './encryption.worker';
import { KeyStock, type MadeKey } from './key-stock';
import { PairEncryption } from './pair-encryption';
import { PairPublisher } from './pair-publisher';
import { Publication } from './publication';
import { RENEW_PAIRS, type RenewPairsJob } from './renewal-job';

/** One company that publishes on a ledger that takes or refuses what the test says. */
class Publisher {
  readonly submitted: LedgerCall[] = [];
  /** Versions whose pairs were to be made anew. */
  readonly renewed: string[] = [];
  refuse: (call: LedgerCall) => LedgerError | undefined = () => undefined;
  encrypt: typeof encrypt = encrypt;
  xorChannel: string | undefined = 'xor';
  stock: KeyStock;
  pairs: PairPublisher;

  private constructor(readonly state: TestState) {}

  static async open(): Promise<Publisher> {
    const publisher = new Publisher(await TestState.open());
    await publisher.#start();
    return publisher;
  }

  async restart(): Promise<void> {
    await this.state.reopen();
    await this.#start();
  }

  async #start(): Promise<void> {
    const { database, queue, atRest } = this.state;
    const ledger = {
      submit: async (call: LedgerCall) => {
        const error = this.refuse(call);
        if (error) throw error;
        this.submitted.push(call);
        return { txId: '', block: 1, result: {} };
      },
    } as unknown as Ledger;
    const partners = {
      channel: async () => {
        if (this.xorChannel === undefined) throw new ProblemException('unknown-partner');
        return this.xorChannel;
      },
    } as unknown as Partners;
    const threads = { run: async (_name: string, task: Parameters<typeof encrypt>[0]) => this.encrypt(task) };
    this.stock = new KeyStock(database, queue, atRest);
    queue.register<RenewPairsJob>(RENEW_PAIRS, {
      handle: async ({ payload }) => {
        this.renewed.push(payload.agreementHash);
        return async () => {};
      },
    });
    const publication = new Publication(queue, new Submissions(queue, ledger, atRest));
    new PairEncryption(
      queue,
      database,
      this.stock,
      threads as unknown as ConstructorParameters<typeof PairEncryption>[3],
      publication,
      partners,
      atRest,
      { company: 'ManufacturerB' } as ConstructorParameters<typeof PairEncryption>[7],
      silentLog,
    );
    this.pairs = new PairPublisher(database, this.stock, {
      wake: () => {},
    } as unknown as ConstructorParameters<typeof PairPublisher>[2]);
    await queue.start();
  }

  addKey(key: MadeKey): Promise<void> {
    return this.state.database.transaction((em) => this.stock.add(em, key));
  }

  async enqueue({ agreement, x, y }: PairRows, supersedes: string | null = null): Promise<string> {
    return this.state.database.transaction(async (em) => {
      await em.upsert(AgreementEntity, agreement, ['agreementHash']);
      await em.upsert(ReadingEntity, [x, y], ['id']);
      return (await this.pairs.enqueue(em, { agreement, x, y, supersedes })).pairId;
    });
  }

  async reaches(pairId: string, expected: Partial<PairEntity>): Promise<PairEntity> {
    for (;;) {
      const pair = await this.state.database.read((em) =>
        em
          .createQueryBuilder(PairEntity, 'pair')
          .addSelect(['pair.qualityRecord', 'pair.xorRecord'])
          .where({ pairId })
          .getOneOrFail(),
      );
      if (Object.entries(expected).every(([name, value]) => pair[name as keyof PairEntity] === value))
        return pair;
      await sleep(10);
    }
  }

  keyRow(keyId: string): Promise<StockedKeyEntity> {
    return this.state.database.read((em) =>
      em.findOneOrFail(StockedKeyEntity, {
        where: { keyId },
        select: { keyId: true, state: true, pairId: true, secretKey: true, nonceFactors: true },
      }),
    );
  }
}

describe('publishing a pair', () => {
  const keys = [makeTestKey(8), makeTestKey(8)] as const;
  let publisher: Publisher;
  const rows = (): PairRows => pairRows(publisher.state.atRest, { x: '0.45', y: '0.41' });

  beforeEach(async () => {
    publisher = await Publisher.open();
  });
  afterEach(() => publisher.state.close());

  it('stores its own publication, brings it to both channels and destroys the nonce factors', async () => {
    const pairId = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    const pair = await publisher.reaches(pairId, { state: 'published' });
    expect(publisher.submitted).toEqual(
      expect.arrayContaining([
        { channel: 'quality', name: 'publishPair', input: pair.qualityRecord },
        { channel: 'xor', name: 'publishXor', input: pair.xorRecord },
      ]),
    );
    expect(pair.qualityRecord).toMatchObject({ keyProof: toBase64url(keys[0].keyProof) });
    expect(pair.xorRecord).toMatchObject({ keyHolder: 'ManufacturerB', buyers: ['ManufacturerA'], bits: 8 });
    expect(Object.keys(pair.xorRecord!)).not.toContain('lotRefs');
    const key = await publisher.keyRow(keys[0].keyId);
    expect(key).toMatchObject({ state: 'used', pairId, nonceFactors: null });
    expect(key.secretKey).not.toBeNull();
  });

  it('never encrypts twice with one key: what was interrupted burns it', async () => {
    publisher.encrypt = () => {
      throw new Error('the thread died');
    };
    const pairId = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    for (;;) {
      if ((await publisher.keyRow(keys[0].keyId)).state === 'used') break;
      await sleep(5);
    }
    await publisher.restart();
    publisher.encrypt = encrypt;
    await publisher.addKey(keys[1]);
    const pair = await publisher.reaches(pairId, { state: 'published' });
    expect(pair.keyId).toBe(keys[1].keyId);
    expect(await publisher.keyRow(keys[0].keyId)).toMatchObject({ state: 'destroyed', secretKey: null });
    expect(JSON.stringify(publisher.submitted)).not.toContain(keys[0].keyId);
  });

  it('shows a pair as half-published while one channel does not answer, and goes on when it does', async () => {
    let down = true;
    publisher.refuse = ({ name }) =>
      down && name === 'publishXor' ? new LedgerError('unavailable', 'no answer') : undefined;
    const pairId = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    await publisher.reaches(pairId, { state: 'half-published', onQuality: true, onXor: false });
    down = false;
    await publisher.reaches(pairId, { state: 'published' });
  });

  const refusePairs = (contractCode: string): void => {
    publisher.refuse = ({ name }) =>
      name === 'publishPair' ? new LedgerError('refused', 'no', { contractCode }) : undefined;
  };

  it('ends a pair that the contract refuses, with the contract’s reason', async () => {
    refusePairs('bad-record');
    const pairId = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    await publisher.reaches(pairId, { state: 'failed', reason: 'bad-record' });
    expect(publisher.renewed).toEqual([]);
  });

  it('has a pair made anew that the contract refuses because a later version is in force', async () => {
    refusePairs('agreement-not-active');
    const sources = rows();
    const pairId = await publisher.enqueue(sources);
    await publisher.addKey(keys[0]);
    await publisher.reaches(pairId, { state: 'failed', reason: 'agreement-not-active' });
    while (publisher.renewed.length === 0) await sleep(10);
    expect(publisher.renewed).toEqual([sources.agreement.agreementHash]);
  });

  it('ends a correction that waits for a key when the pair to correct is refused', async () => {
    let down = true;
    publisher.refuse = ({ name }) => {
      if (name !== 'publishPair') return undefined;
      if (down) return new LedgerError('unavailable', 'no answer');
      return new LedgerError('refused', 'no', { contractCode: 'agreement-not-active' });
    };
    const wrong = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    await publisher.reaches(wrong, { state: 'half-published' });
    const right = await publisher.enqueue(rows(), wrong);
    down = false;
    await publisher.reaches(right, { state: 'failed', reason: 'corrects-unpublished-pair' });
    await publisher.addKey(keys[1]);
    expect(await publisher.keyRow(keys[1].keyId)).toMatchObject({ state: 'stocked' });
  });

  it('uses no key for an agreement that has expired', async () => {
    const { atRest } = publisher.state;
    const pairId = await publisher.enqueue(
      pairRows(atRest, { x: '1', y: '2' }, { expiresAt: Date.now() - 1 }),
    );
    await publisher.addKey(keys[0]);
    await publisher.reaches(pairId, { state: 'failed', reason: 'agreement-expired' });
    expect(await publisher.keyRow(keys[0].keyId)).toMatchObject({ state: 'stocked', pairId: null });
  });

  it('touches no key while the servicer is no partner', async () => {
    publisher.xorChannel = undefined;
    const pairId = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    await sleep(100);
    expect((await publisher.keyRow(keys[0].keyId)).state).toBe('assigned');
    publisher.xorChannel = 'xor';
    await publisher.reaches(pairId, { state: 'published' });
  });

  it('submits a correction after the pair that it corrects', async () => {
    let down = true;
    publisher.refuse = ({ name }) =>
      down && name === 'publishPair' ? new LedgerError('unavailable', 'no answer') : undefined;
    const wrong = await publisher.enqueue(rows());
    await publisher.addKey(keys[0]);
    await publisher.reaches(wrong, { state: 'half-published' });
    const right = await publisher.enqueue(rows(), wrong);
    await publisher.addKey(keys[1]);
    await publisher.reaches(right, { state: 'half-published' });
    down = false;
    await publisher.reaches(right, { state: 'published' });
    const published = publisher.submitted.filter(({ name }) => name === 'publishPair');
    expect(published.map(({ input }) => input)).toMatchObject([
      { pairId: wrong, supersedes: null },
      { pairId: right, supersedes: wrong },
    ]);
  });

  it('never publishes a pair that was corrected while it waited for a key', async () => {
    const wrong = await publisher.enqueue(rows());
    const right = await publisher.enqueue(rows(), wrong);
    await publisher.addKey(keys[0]);
    const pair = await publisher.reaches(right, { state: 'published' });
    expect(pair.supersedes).toBeNull();
    await publisher.reaches(wrong, { state: 'failed', reason: 'corrected', keyId: null });
  });
});
