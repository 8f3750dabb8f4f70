import type { JobQueue } from '../jobs';
import { Waits } from './waits';

it('whom a company waits for is told once for each counterparty, the longest wait first', async () => {
  const queue = {
    waiting: async () => [
      { counterparty: 'ManufacturerB', jobs: 2, since: 30 },
      { counterparty: 'ledger channel quality', jobs: 1, since: 20 },
    ],
  };
  const waits = new Waits(queue as unknown as JobQueue);
  waits.add(async () => [{ counterparty: 'ManufacturerB', jobs: 3, since: 10 }]);
  waits.add(async () => [{ counterparty: 'ServicerS', jobs: 1, since: 40 }]);
  expect(await waits.list()).toEqual([
    { counterparty: 'ManufacturerB', jobs: 5, since: 10 },
    { counterparty: 'ledger channel quality', jobs: 1, since: 20 },
    { counterparty: 'ServicerS', jobs: 1, since: 40 },
  ]);
});
