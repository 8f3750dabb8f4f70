import { TestCompany, PRICE } from '../company.fixture';
import { COMPARISON_STATES, mayFollow } from './comparison-state';

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
});
afterEach(() => company.close());

describe('a comparison', () => {
  it('begins as created, with the order as its first step', async () => {
    const { id } = await company.addComparison();
    expect(await company.historyOf(id)).toEqual(['created']);
    expect(company.jobs).toEqual([expect.objectContaining({ kind: 'comparison.order', key: `${id}:1` })]);
  });

  it.each(COMPARISON_STATES)('takes no step from %s that the protocol does not have', async (from) => {
    const comparison = await company.addComparison({ state: from });
    for (const to of COMPARISON_STATES.filter((state) => !mayFollow(from, state))) {
      const moved = company.database.transaction((em) => company.comparisons.move(em, comparison, to));
      await expect(moved).rejects.toMatchObject({ code: 'illegal-transition' });
    }
    expect((await company.read(comparison.id)).state).toBe(from);
    expect(await company.historyOf(comparison.id)).toEqual(['created']);
  });

  it('ends with a reason, and goes on without it', async () => {
    const comparison = await company.addComparison({ state: 'requested', slot: 3 });
    await company.database.transaction((em) =>
      company.comparisons.end(em, comparison, 'expired', 'not-answered'),
    );
    const expired = await company.read(comparison.id);
    expect(expired).toMatchObject({ state: 'expired', slot: null, reason: { code: 'not-answered' } });

    await company.database.transaction((em) => company.comparisons.move(em, expired, 'answered'));
    expect(await company.read(comparison.id)).toMatchObject({ state: 'answered', reason: null });
  });

  it('is tried again as another attempt, with another order in hand and no old request', async () => {
    const comparison = await company.addComparison({
      state: 'declined',
      requestId: 'request',
      envelopeId: 'envelope',
      evidenceId: 'evidence',
      messageAnswerHash: 'hash',
    });
    const { orderId, id } = comparison;
    await company.database.transaction((em) => company.comparisons.retry(em, comparison, PRICE));
    const retried = await company.read(id);
    expect(retried).toMatchObject({
      state: 'created',
      attempt: 2,
      requestId: null,
      envelopeId: null,
      evidenceId: null,
      messageAnswerHash: null,
    });
    expect(retried.orderId).not.toBe(orderId);
    expect(company.jobs.map(({ key }) => key)).toEqual([`${id}:1`, `${id}:2`]);
  });

  it('is not found by a step of an earlier attempt or another state', async () => {
    const { id } = await company.addComparison({ attempt: 2 });
    const find = (attempt: number, state: 'created' | 'delivered'): Promise<unknown> =>
      company.database.read((em) => company.comparisons.current(em, { comparisonId: id, attempt }, state));
    expect(await find(1, 'created')).toBeNull();
    expect(await find(2, 'delivered')).toBeNull();
    expect(await find(2, 'created')).toMatchObject({ id });
  });
});
