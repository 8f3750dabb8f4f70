import type { Direction } from '@tacit/comparison';
import { AnswerEntity } from '../entities/answer.entity';
import type { PairEntity } from '../entities/pair.entity';
import { TestReadings } from '../readings/readings.fixture';
import { BudgetsService } from './budgets.service';
import { DisclosuresService } from './disclosures.service';
import { BudgetExceededError, QuantityBudget } from './quantity-budget';

describe('what was disclosed', () => {
  let company: TestReadings;
  let budget: QuantityBudget;
  let disclosures: DisclosuresService;
  let budgets: BudgetsService;

  beforeEach(async () => {
    company = await TestReadings.open();
    budget = new QuantityBudget();
    disclosures = new DisclosuresService(company.database, budget, company.atRest);
    budgets = new BudgetsService(company.database, budget);
  });
  afterEach(async () => {
    await company.close();
  });

  const reserve = (quantity: string): Promise<void> =>
    company.database.transaction((em) => budget.reserve(em, quantity));

  /** As answering does: the budget charged and the answer stored in one transaction. */
  async function answer(
    pair: PairEntity,
    direction: Direction,
    index: number | null,
    at: number,
  ): Promise<void> {
    const { pairId, agreementHash, agreementId, quantity, evaluator } = pair;
    const requestId = `request-${at}`;
    await company.database.transaction(async (em) => {
      await budget.reserve(em, quantity);
      await em.insert(AnswerEntity, {
        requestId,
        pairId,
        agreementHash,
        agreementId,
        quantity,
        evaluator,
        answer: { requestId, pairId, zHash: 'z', direction, index, salt: 'salt' },
        replyTo: 'envelope',
        charged: true,
        recorded: true,
        answeredAt: at,
      });
    });
  }

  async function recordAll(values: readonly string[]): Promise<readonly PairEntity[]> {
    for (const [i, value] of values.entries()) {
      const takenAt = new Date(Date.UTC(2026, i, 1)).toISOString();
      await company.readings.record({ quantity: 'moisture', value, takenAt, lot: 'LOT' });
    }
    return company.pairs();
  }

  it('is told in words, the latest first, with what is left', async () => {
    await company.agree({ answerBudget: 10 });
    const [first, second] = await recordAll(['0.45', '0.41', '0.76']);
    await answer(first!, 'fall', 2, 1);
    await answer(second!, 'rise', 5, 2);
    await budgets.setTotal('moisture', 5);
    const { items } = await disclosures.list({ limit: 10 });
    expect(items.map(({ learned }) => learned)).toEqual([
      ['moisture rose by 0.32 to 0.63 g/cm² from reading 2 to reading 3'],
      ['moisture fell by 0.04 to 0.07 g/cm² from reading 1 to reading 2'],
    ]);
    expect(items[0]).toMatchObject({
      to: 'ManufacturerA',
      pairId: second!.pairId,
      sequence: { x: 2, y: 3 },
      range: { min: '0.32', max: '0.63', unit: 'g/cm²' },
      budgetLeft: { agreement: 8, quantity: 3 },
    });
  });

  it('names the value that bit betrays', async () => {
    await company.agree({ measure: 'bit' });
    const [pair] = await recordAll(['0.41', '0.76']);
    await answer(pair!, 'rise', 6, 1);
    const { items } = await disclosures.list({ limit: 10 });
    expect(items[0]?.learned[1]).toContain(
      'a multiple of 0.64 g/cm² lies between the two readings; here it is 0.64',
    );
  });

  it('speaks of the values that were published, not of later corrections', async () => {
    await company.agree({ measure: 'bit' });
    const [pair] = await recordAll(['0.41', '0.76']);
    await company.publish();
    await answer(pair!, 'rise', 6, 1);
    await company.readings.correct('moisture', 2, '9.99');
    const { items } = await disclosures.list({ limit: 10 });
    expect(items[0]?.learned[1]).toContain('here it is 0.64');
  });

  it('says that nothing changed', async () => {
    await company.agree({ measure: 'bit' });
    const [pair] = await recordAll(['0.41', '0.41']);
    await answer(pair!, 'same', null, 1);
    const { items } = await disclosures.list({ limit: 10 });
    expect(items[0]?.learned).toEqual(['moisture did not change from reading 1 to reading 2']);
  });

  it('pages and filters', async () => {
    const { agreementId } = await company.agree();
    const pairs = await recordAll(['0.45', '0.41', '0.76', '1.32']);
    for (const [i, pair] of pairs.entries()) await answer(pair, 'rise', 5, i);
    const page = await disclosures.list({ limit: 2, agreement: agreementId });
    const rest = await disclosures.list({ limit: 2, cursor: page.next! });
    expect([...page.items, ...rest.items].map(({ requestId }) => requestId)).toEqual([
      'request-2',
      'request-1',
      'request-0',
    ]);
    expect(rest.next).toBeNull();
    expect((await disclosures.list({ limit: 2, quantity: 'temperature' })).items).toEqual([]);
  });

  describe('the total of a quantity', () => {
    it('is charged answer by answer and never exceeded', async () => {
      await budgets.setTotal('moisture', 2);
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => reserve('moisture')));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      for (const { reason } of refused) expect(reason).toBeInstanceOf(BudgetExceededError);
      expect(await budgets.list({ limit: 10 })).toMatchObject({
        items: [{ quantity: 'moisture', total: 2, used: 2, left: 0 }],
      });
    });

    it('counts before it is set, and other quantities apart', async () => {
      await reserve('moisture');
      await reserve('temperature');
      expect(await budgets.setTotal('moisture', 1)).toMatchObject({ used: 1, left: 0 });
      await expect(reserve('moisture')).rejects.toThrow(BudgetExceededError);
      await expect(reserve('temperature')).resolves.toBeUndefined();
    });

    it('may be lowered below what was used, and lifted', async () => {
      for (let i = 0; i < 3; i++) await reserve('moisture');
      expect(await budgets.setTotal('moisture', 1)).toMatchObject({ total: 1, used: 3, left: 0 });
      await expect(reserve('moisture')).rejects.toThrow(BudgetExceededError);
      expect(await budgets.setTotal('moisture', null)).toMatchObject({ total: null, left: null });
      await expect(reserve('moisture')).resolves.toBeUndefined();
    });

    it('is not charged by a transaction that is undone', async () => {
      const undone = company.database.transaction(async (em) => {
        await budget.reserve(em, 'moisture');
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await budgets.setTotal('moisture', 1)).toMatchObject({ used: 0 });
    });

    it('limits what an import may expect', async () => {
      await company.agree({ answerBudget: 24 });
      await company.agree({ answerBudget: 24, evaluator: 'ManufacturerA2' });
      const csv = 'quantity,value,takenAt,lot\nmoisture,1,2026-01-31T00:00:00Z,L\n';
      expect((await company.imports.import(csv, true)).forecast.answersLeft).toBe(48);
      await budgets.setTotal('moisture', 30);
      expect((await company.imports.import(csv, true)).forecast.answersLeft).toBe(30);
    });
  });

  it('lists quantities by name, with the agreements in force', async () => {
    const { agreementId } = await company.agree();
    await reserve('a');
    await reserve('z');
    const first = await budgets.list({ limit: 2 });
    expect(first.items.map(({ quantity }) => quantity)).toEqual(['a', 'moisture']);
    expect(first.items[1]?.agreements).toEqual([
      { agreementId, evaluator: 'ManufacturerA', answerBudget: 24, used: 0, left: 24 },
    ]);
    const second = await budgets.list({ limit: 2, cursor: first.next! });
    expect(second.items.map(({ quantity }) => quantity)).toEqual(['z']);
  });
});
