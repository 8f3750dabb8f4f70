import { AlertRules } from '../alerts/alert-rules';
import type { Credentials } from '../buying/credentials';
import type { OrderMirror } from '../buying/order-mirror';
import { Ordering } from '../buying/ordering';
import { silentLog, TestCompany } from '../company.fixture';
import type { ComparisonState } from './comparison-state';
import { Evaluations } from './evaluations';
import { Requests } from './requests';
import { Verifications } from './verifications';

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { database, queue, submissions, comparisons, reader, threads, alarms, mailer, config } = company;
  const [credentials, orders] = [{} as Credentials, {} as OrderMirror];
  new Ordering(database, queue, submissions, comparisons, credentials, orders, config, silentLog);
  new Evaluations(queue, database, reader, threads, comparisons, alarms);
  new Requests(queue, database, submissions, mailer, reader, comparisons, config);
  const alerts = new AlertRules(database, silentLog);
  new Verifications(queue, submissions, database, reader, threads, comparisons, alerts, alarms, config);
});
afterEach(() => company.close());

describe('a step that was given up', () => {
  const steps: [string, ComparisonState][] = [
    ['comparison.order', 'created'],
    ['comparison.evaluate', 'delivered'],
    ['comparison.request', 'delivered'],
    ['comparison.verify', 'answered'],
  ];

  it.each(steps)('%s ends its comparison, which can be tried again', async (kind, state) => {
    const { id } = await company.addComparison({ state });
    await company.die(kind, { comparisonId: id, attempt: 1 });
    expect(await company.read(id)).toMatchObject({ state: 'failed', reason: { code: 'step-failed' } });
  });

  it.each(steps)('%s of an earlier attempt changes nothing', async (kind, state) => {
    const { id } = await company.addComparison({ state, attempt: 2 });
    await company.die(kind, { comparisonId: id, attempt: 1 });
    expect(await company.read(id)).toMatchObject({ state, reason: null });
  });
});
