import type { BudgetState, RequestTerms } from '@tacit/contracts';
import { EvaluationEntity } from '../entities/evaluation.entity';
import type { ComparisonEntity } from '../entities/comparison.entity';
import { hashOf, TestCompany } from '../company.fixture';
import { Requests } from './requests';

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { queue, database, submissions, mailer, reader, comparisons, config } = company;
  new Requests(queue, database, submissions, mailer, reader, comparisons, config);
});
afterEach(() => company.close());

async function delivered(changes: Partial<ComparisonEntity> = {}): Promise<ComparisonEntity> {
  const comparison = await company.addComparison({ state: 'delivered', ...changes });
  const { pairId, orderId } = comparison;
  await company.database.transaction((em) =>
    em.insert(EvaluationEntity, { pairId, orderId, w: 'AAAA', zHash: hashOf(9), rise: 'BBBB' }),
  );
  return comparison;
}

async function ask({ id }: ComparisonEntity, budget: BudgetState): Promise<void> {
  company.answers.set('getBudget', budget);
  await company.run('comparison.request', { comparisonId: id, attempt: 1 });
}

const BUDGET: BudgetState = { answerBudget: 12, used: 0, freeSlot: 0 };

describe('asking', () => {
  it('records the request first and sends the question once it is recorded', async () => {
    const comparison = await delivered();
    await ask(comparison, BUDGET);
    const [submission] = company.submitted;
    const terms = submission!.input as RequestTerms;
    expect(terms).toMatchObject({ pairId: comparison.pairId, zHash: hashOf(9), slot: 0 });
    expect(submission!.transient).toEqual({ w: new Uint8Array(3) });
    expect(company.sent).toEqual([]);

    await company.submit(submission!, {});
    expect(await company.read(comparison.id)).toMatchObject({ state: 'requested', slot: 0 });
    const { requestId, zHash, pairId } = terms;
    expect(company.sent).toEqual([
      expect.objectContaining({
        type: 'answer-request',
        to: 'ManufacturerB',
        payload: { requestId, pairId, zHash, rise: 'BBBB' },
      }),
    ]);
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'request.expire', notBefore: terms.expiresAt });
  });

  it('is done once, however often the step runs', async () => {
    const comparison = await delivered();
    await ask(comparison, BUDGET);
    await ask(comparison, BUDGET);
    await company.submit(company.submitted[0]!, {});
    await company.submit(company.submitted[0]!, {});
    expect(company.submitted).toHaveLength(1);
    expect(company.sent).toHaveLength(1);
  });

  it('fails when the budget is used up', async () => {
    const comparison = await delivered();
    await ask(comparison, { answerBudget: 12, used: 12, freeSlot: null });
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'budget-exceeded' },
    });
    expect(company.submitted).toEqual([]);
  });

  it('chooses again when another request was quicker', async () => {
    const comparison = await delivered();
    await ask(comparison, BUDGET);
    const before = Date.now();
    await company.refuse(company.submitted[0]!, 'slot-taken');
    expect(await company.read(comparison.id)).toMatchObject({ state: 'delivered', slot: null });
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'comparison.request' });
    expect(company.jobs.at(-1)!.notBefore).toBeGreaterThan(before);
    await ask(comparison, { ...BUDGET, freeSlot: 1 });
    expect(company.submitted.map(({ input }) => (input as RequestTerms).slot)).toEqual([0, 1]);
  });

  it.each([
    ['agreement-paused', 'declined', 'agreement-paused'],
    ['agreement-expired', 'failed', 'agreement-expired'],
    ['budget-exceeded', 'failed', 'budget-exceeded'],
    ['request-live', 'failed', 'request-live'],
    ['bad-vector', 'failed', 'bad-record'],
    ['wrong-evaluation', 'failed', 'request-refused'],
  ])('ends when the contract says %s', async (contractCode, state, code) => {
    const comparison = await delivered();
    await ask(comparison, BUDGET);
    await company.refuse(company.submitted[0]!, contractCode);
    expect(await company.read(comparison.id)).toMatchObject({ state, slot: null, reason: { code } });
  });
});

describe('a request whose time is over', () => {
  it.each([
    ['requested', 'expired', 'not-answered'],
    ['refused', 'declined', 'key-holder-declined'],
  ])('and that the ledger calls %s is %s', async (status, state, code) => {
    const comparison = await delivered({ state: 'requested', requestId: 'request' });
    company.answers.set('getRequest', { status });
    await company.run('request.expire', { requestId: 'request' });
    expect(await company.read(comparison.id)).toMatchObject({ state, reason: { code } });
  });

  it('and that the ledger calls answered is left to its answer', async () => {
    const comparison = await delivered({ state: 'requested', requestId: 'request' });
    company.answers.set('getRequest', { status: 'answered' });
    await company.run('request.expire', { requestId: 'request' });
    expect(await company.read(comparison.id)).toMatchObject({ state: 'requested' });
  });
});
