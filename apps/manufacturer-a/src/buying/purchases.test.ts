import { LedgerError, type Ledger } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { ComparisonEntity } from '../entities/comparison.entity';
import { CredentialEntity } from '../entities/credential.entity';
import { PairEntity } from '../entities/pair.entity';
import { PriceEntity } from '../entities/price.entity';
import { randomId, TestCompany, PRICE } from '../company.fixture';
import { PurchaseAdvisor } from './advisor';
import { Purchases } from './purchases';

let company: TestCompany;
let purchases: Purchases;
let budget: { answerBudget: number; used: number };
let pairIds: string[];

beforeEach(async () => {
  company = await TestCompany.open();
  budget = { answerBudget: 12, used: 0 };
  const ledger = { evaluate: async () => ({ ...budget, freeSlot: 0 }) } as unknown as Ledger;
  const { database, comparisons } = company;
  purchases = new Purchases(database, new PurchaseAdvisor(database, ledger), comparisons);
  pairIds = await offer(3);
});
afterEach(() => company.close());

/** Pairs of one agreement, none of them bought. */
async function offer(count: number): Promise<string[]> {
  const { id, pairId } = await company.addComparison();
  return company.database.transaction(async (em) => {
    await em.delete(ComparisonEntity, { id });
    await em.save(CredentialEntity, { servicer: 'ServicerS', sealed: 'sealed', storedAt: 1 });
    const ids = [pairId];
    while (ids.length < count) ids.push(await addLike(em, pairId));
    return ids;
  });
}

/** Adds a pair under the same agreement. */
async function addLike(em: EntityManager, likePairId: string): Promise<string> {
  const pair = await em.findOneByOrFail(PairEntity, { pairId: likePairId });
  const pairId = randomId();
  await em.insert(PairEntity, Object.assign(pair, { pairId, publicKey: 'AAAA' }));
  return pairId;
}

function change<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
  return company.database.transaction(work);
}

describe('buying', () => {
  it('begins one comparison for each pair, at the price shown', async () => {
    const comparisons = await purchases.buy(pairIds, false);
    expect(comparisons.map(({ pairId }) => pairId)).toEqual(pairIds);
    expect(comparisons.map(({ state, price }) => [state, price])).toEqual(
      pairIds.map(() => ['created', PRICE]),
    );
  });

  it('of the same pair again is the same comparison', async () => {
    const [first] = await purchases.buy(pairIds.slice(0, 1), false);
    const [again] = await purchases.buy(pairIds.slice(0, 1), false);
    expect(again?.id).toBe(first?.id);
  });

  it('names every pair that is unknown and buys none of the others', async () => {
    const bought = purchases.buy([pairIds[0]!, randomId(), randomId()], false);
    await expect(bought).rejects.toMatchObject({
      code: 'pair-not-found',
      errors: [{ path: 'pairIds[1]' }, { path: 'pairIds[2]' }],
    });
    expect(await company.database.read((em) => em.count(ComparisonEntity))).toBe(0);
  });

  it('counts the budget for all pairs together and what is on its way', async () => {
    budget = { answerBudget: 4, used: 1 };
    await purchases.buy(pairIds.slice(0, 2), false);
    const others = await change(async (em) => [
      await addLike(em, pairIds[0]!),
      await addLike(em, pairIds[0]!),
    ]);
    await expect(purchases.buy(others, false)).rejects.toMatchObject({
      code: 'not-answerable',
      errors: [{ path: 'pairIds[1]', message: expect.stringContaining('budget-exceeded') }],
    });
    expect(await purchases.buy(others.slice(0, 1), false)).toHaveLength(1);
  });

  it('is refused while the agreement is paused, unless the buyer insists', async () => {
    await change((em) => em.update(AgreementEntity, { version: 1 }, { paused: true }));
    await expect(purchases.buy(pairIds, false)).rejects.toMatchObject({ code: 'not-answerable' });
    expect(await purchases.buy(pairIds, true)).toHaveLength(3);
  });

  it.each([
    ['without a price', 'no-price', (): Promise<unknown> => change((em) => em.clear(PriceEntity))],
    [
      'without a credential',
      'no-credential',
      (): Promise<unknown> => change((em) => em.clear(CredentialEntity)),
    ],
    [
      'of a pair under a weak key',
      'not-answerable',
      (): Promise<unknown> =>
        change((em) => em.update(PairEntity, { pairId: pairIds[0]! }, { flaw: 'weak-key' })),
    ],
  ])('%s is refused even then', async (_name, code, arrange) => {
    await arrange();
    await expect(purchases.buy(pairIds, true)).rejects.toMatchObject({ code });
    expect(await company.database.read((em) => em.count(ComparisonEntity))).toBe(0);
  });

  it('goes on when the ledger cannot tell the budget', async () => {
    const ledger = {
      evaluate: () => Promise.reject(new LedgerError('unavailable', 'the ledger does not answer')),
    } as unknown as Ledger;
    const { database, comparisons } = company;
    const blind = new Purchases(database, new PurchaseAdvisor(database, ledger), comparisons);
    expect(await blind.buy(pairIds, false)).toHaveLength(3);
  });
});

describe('trying again', () => {
  it.each(['created', 'ordered', 'delivered', 'requested', 'answered'] as const)(
    'is refused for one that is %s',
    async (state) => {
      const [comparison] = await purchases.buy(pairIds.slice(0, 1), false);
      await change((em) => em.update(ComparisonEntity, { id: comparison!.id }, { state }));
      await expect(purchases.retry(comparison!.id, true)).rejects.toMatchObject({ code: 'conflict' });
    },
  );

  it('is at the price of today', async () => {
    const [comparison] = await purchases.buy(pairIds.slice(0, 1), false);
    await change((em) => em.update(ComparisonEntity, { id: comparison!.id }, { state: 'failed' }));
    await change((em) => em.update(PriceEntity, { servicer: 'ServicerS' }, { minorUnits: 300 }));
    expect(await purchases.retry(comparison!.id, false)).toMatchObject({
      state: 'created',
      attempt: 2,
      price: { minorUnits: 300, currency: 'EUR' },
    });
  });

  it('of nothing is refused', async () => {
    await expect(purchases.retry(randomId(), false)).rejects.toMatchObject({ code: 'comparison-not-found' });
  });
});
