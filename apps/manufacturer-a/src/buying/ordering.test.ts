import type { AtRest, Partners } from '@tacit/company';
import { ComparisonEntity } from '../entities/comparison.entity';
import { CredentialEntity } from '../entities/credential.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { silentLog, TestCompany, PRICE } from '../company.fixture';
import { Credentials } from './credentials';
import { OrderMirror } from './order-mirror';
import { Ordering } from './ordering';

const CREDENTIAL = new Uint8Array(32).fill(6);

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { database, queue, submissions, comparisons, config, events, reader } = company;
  const atRest = { open: () => CREDENTIAL } as unknown as AtRest;
  const credentials = new Credentials(database, {} as Partners, atRest);
  const orders = new OrderMirror(events, queue, database, reader, comparisons, config);
  new Ordering(database, queue, submissions, comparisons, credentials, orders, config, silentLog);
});
afterEach(() => company.close());

async function ordering(changes: Partial<ComparisonEntity> = {}): Promise<ComparisonEntity> {
  await company.database.transaction((em) =>
    em.save(CredentialEntity, { servicer: 'ServicerS', sealed: 'sealed', storedAt: 1 }),
  );
  const comparison = await company.addComparison(changes);
  await company.run('comparison.order', { comparisonId: comparison.id, attempt: comparison.attempt });
  return comparison;
}

describe('an order', () => {
  it('is placed at the price that was shown, with the credential on the side', async () => {
    const { orderId, pairId } = await ordering();
    expect(company.submitted).toEqual([
      expect.objectContaining({
        name: 'placeOrder',
        channel: 'sales',
        key: orderId,
        input: { orderId, pairId, servicer: 'ServicerS', price: PRICE, deadline: expect.any(Number) },
        transient: { credential: CREDENTIAL },
      }),
    ]);
  });

  it('fails without a credential', async () => {
    const comparison = await company.addComparison();
    await company.run('comparison.order', { comparisonId: comparison.id, attempt: 1 });
    expect(company.submitted).toEqual([]);
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'no-credential' },
    });
  });

  it('is not placed by a step of an earlier attempt', async () => {
    const { id } = await company.addComparison({ attempt: 2 });
    await company.run('comparison.order', { comparisonId: id, attempt: 1 });
    expect(company.submitted).toEqual([]);
  });

  it('is noted once and closed before its deadline', async () => {
    const { id, orderId } = await ordering();
    const [submission] = company.submitted;
    await company.submit(submission!, { orderId });
    await company.submit(submission!, { orderId });
    expect(await company.historyOf(id)).toEqual(['created', 'ordered']);
    const { deadline } = submission!.input as { deadline: number };
    const closing = company.jobs.find(({ kind }) => kind === 'order.close');
    expect(closing?.notBefore).toBe(deadline - company.config.settings.orderLifetime / 10);
  });

  it('that the contract knows already is used with what it brought', async () => {
    const { id, pairId } = await ordering({ attempt: 2 });
    await company.database.transaction((em) =>
      em.insert(EvaluationEntity, { pairId, orderId: 'paid', w: 'AAAA', zHash: null, rise: null }),
    );
    await company.submit(company.submitted[0]!, { orderId: 'paid' });
    expect(await company.read(id)).toMatchObject({ state: 'delivered', orderId: 'paid' });
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'comparison.evaluate', key: `${id}:2` });
  });

  it.each([
    ['wrong-credential', 'no-credential'],
    ['unknown-customer', 'no-credential'],
    ['wrong-price', 'price-changed'],
    ['bad-input', 'order-refused'],
  ])('that the contract refuses with %s fails', async (contractCode, code) => {
    const { id } = await ordering();
    await company.refuse(company.submitted[0]!, contractCode);
    expect(await company.read(id)).toMatchObject({ state: 'failed', reason: { code } });
  });

  it('that brings nothing is disputed, so that the deadline does not charge it', async () => {
    const { id, orderId } = await ordering();
    await company.submit(company.submitted[0]!, { orderId });
    await company.run('order.close', { orderId });
    expect(await company.read(id)).toMatchObject({ state: 'expired', reason: { code: 'not-delivered' } });
    expect(company.submitted.at(-1)).toMatchObject({ name: 'disputeOrder', key: orderId });
  });

  it('is not closed once it was delivered', async () => {
    const { id, orderId } = await ordering({ state: 'created' });
    await company.database.transaction((em) => em.update(ComparisonEntity, { id }, { state: 'delivered' }));
    await company.run('order.close', { orderId });
    expect(await company.read(id)).toMatchObject({ state: 'delivered' });
    expect(company.submitted.map(({ name }) => name)).toEqual(['placeOrder']);
  });
});

describe('an order on the ledger', () => {
  const order = (comparison: ComparisonEntity, changes: object = {}): object => ({
    orderId: comparison.orderId,
    customer: 'ManufacturerA',
    price: PRICE,
    ended: null,
    ...changes,
  });

  async function show(comparison: ComparisonEntity, changes: object): Promise<void> {
    company.answers.set('getOrder', order(comparison, changes));
    await company.run('order.read', { channel: 'sales', orderId: comparison.orderId });
  }

  const REFUSED = { ended: { state: 'refused', reason: 'not-for-sale' } };

  it('that the servicer refuses ends the comparison', async () => {
    const comparison = await company.addComparison({ state: 'ordered' });
    await show(comparison, REFUSED);
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'not-for-sale' },
    });
  });

  it('that is refused before it was noted waits', async () => {
    const comparison = await company.addComparison();
    await expect(show(comparison, REFUSED)).rejects.toMatchObject({ code: 'waiting' });
  });

  it('of another customer is none of ours', async () => {
    const comparison = await company.addComparison({ state: 'ordered' });
    await show(comparison, { ...REFUSED, customer: 'ManufacturerA2' });
    expect(await company.read(comparison.id)).toMatchObject({ state: 'ordered' });
  });
});
