import type { AtRest, Partners } from '@tacit/company';
import { EncodingError } from '@tacit/core';
import type { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { hashOf, silentLog, TestCompany } from '../company.fixture';
import { Credentials } from './credentials';
import { Deliveries } from './deliveries';
import { OrderMirror } from './order-mirror';
import { Ordering } from './ordering';

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { database, queue, submissions, comparisons, config, events, reader } = company;
  const { inbox, mailer, threads, alarms } = company;
  const credentials = new Credentials(database, {} as Partners, {} as AtRest);
  const orders = new OrderMirror(events, queue, database, reader, comparisons, config);
  const ordering = new Ordering(
    database,
    queue,
    submissions,
    comparisons,
    credentials,
    orders,
    config,
    silentLog,
  );
  new Deliveries(inbox, mailer, database, queue, threads, comparisons, ordering, alarms);
  company.results.set('checkDelivery', null);
});
afterEach(() => company.close());

const delivery = ({ orderId, pairId }: ComparisonEntity, changes: object = {}): object => ({
  from: 'ServicerS',
  payload: { orderId, pairId, keyId: hashOf(3), wHash: hashOf(4), w: 'AAAA', ...changes },
});

const stored = (): Promise<number> => company.database.read((em) => em.count(EvaluationEntity));

describe('a delivery', () => {
  it('of what the key holder published is kept, confirmed and evaluated', async () => {
    const comparison = await company.addComparison({ state: 'ordered' });
    const { id, orderId } = comparison;
    await company.receive('xor-delivery', delivery(comparison));
    expect(await company.read(id)).toMatchObject({ state: 'delivered' });
    expect(company.submitted).toEqual([
      { channel: 'sales', name: 'confirmReceipt', input: { orderId }, key: orderId },
    ]);
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'comparison.evaluate', key: `${id}:1` });
  });

  it('that comes twice counts once', async () => {
    const comparison = await company.addComparison({ state: 'ordered' });
    await company.receive('xor-delivery', delivery(comparison));
    await company.receive('xor-delivery', delivery(comparison));
    expect(company.submitted).toHaveLength(1);
    expect(await company.historyOf(comparison.id)).toEqual(['created', 'delivered']);
  });

  it.each([
    ['another pair', { pairId: 'AAAAAAAAAAAAAAAAAAAAAA' }, null],
    ['another key', { keyId: hashOf(7) }, null],
    ['another vector', { wHash: hashOf(7) }, null],
    ['a vector that is cut', { w: 'AA' }, 'w: not 32 ciphertexts under this key'],
  ])('of %s is disputed and not kept', async (_name, changes, found) => {
    company.results.set('checkDelivery', found);
    const comparison = await company.addComparison({ state: 'ordered' });
    await company.receive('xor-delivery', delivery(comparison, changes));
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'disputed',
      reason: { code: 'wrong-record' },
    });
    expect(company.submitted).toEqual([expect.objectContaining({ name: 'disputeOrder' })]);
    expect(company.alarmed).toEqual(['wrong-delivery']);
    expect(await stored()).toBe(0);
  });

  it('that overtakes the news of its own order waits', async () => {
    const comparison = await company.addComparison();
    const received = company.receive('xor-delivery', delivery(comparison));
    await expect(received).rejects.toMatchObject({ code: 'waiting' });
  });

  it.each([
    ['from another company', { from: 'ManufacturerB' }],
    ['for no order', { payload: { orderId: 'none' } }],
  ])('%s is ignored', async (_name, changes) => {
    const comparison = await company.addComparison({ state: 'ordered' });
    await company.receive('xor-delivery', { ...delivery(comparison), ...changes });
    expect(await company.read(comparison.id)).toMatchObject({ state: 'ordered' });
    expect(company.alarmed).toEqual(['stray-message']);
    expect(await stored()).toBe(0);
  });

  it('that cannot be opened is ignored', async () => {
    const comparison = await company.addComparison({ state: 'ordered' });
    company.mailer.open = () => Promise.reject(new EncodingError('bad-encoding', 'sealed to nobody'));
    await company.receive('xor-delivery', delivery(comparison));
    expect(await company.read(comparison.id)).toMatchObject({ state: 'ordered' });
    expect(company.alarmed).toEqual(['stray-message']);
  });

  it('that comes after the end is kept but changes no state', async () => {
    const comparison = await company.addComparison({ state: 'failed' });
    await company.receive('xor-delivery', delivery(comparison));
    expect(await company.read(comparison.id)).toMatchObject({ state: 'failed' });
    expect(await stored()).toBe(1);
  });
});
