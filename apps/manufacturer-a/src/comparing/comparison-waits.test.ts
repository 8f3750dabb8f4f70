import { Waits, type JobQueue } from '@tacit/company';
import { HistoryEntity } from '../entities/comparison.entity';
import { TestCompany } from '../company.fixture';
import { ComparisonWaits } from './comparison-waits';

it('a comparison waits for the servicer while it is ordered, for the key holder while it is requested', async () => {
  const company = await TestCompany.open();
  try {
    const waits = new Waits({ waiting: async () => [] } as unknown as JobQueue);
    new ComparisonWaits(waits, company.database);
    expect(await waits.list()).toEqual([]);

    for (const [state, at] of [
      ['ordered', 300],
      ['requested', 200],
      ['requested', 100],
      ['delivered', 50],
      ['answered', 40],
      ['declined', 30],
    ] as const) {
      const { id } = await company.addComparison({ state });
      await company.database.transaction(async (em) => {
        await em.insert(HistoryEntity, { comparisonId: id, state, at: 1 });
        await em.insert(HistoryEntity, { comparisonId: id, state, at });
      });
    }
    expect(await waits.list()).toEqual([
      { counterparty: 'ManufacturerB', jobs: 2, since: 100 },
      { counterparty: 'ServicerS', jobs: 1, since: 300 },
    ]);
  } finally {
    await company.close();
  }
});
