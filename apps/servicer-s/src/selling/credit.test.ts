import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Database,
  type CompanyConfig,
  type Completion,
  type Inbox,
  type Log,
  type Membership,
  type Partners,
  type Submission,
  type Submissions,
} from '@tacit/company';
import { CLOCK_SKEW_MS, MessageError, openRefusalEvidence, type ProvenRefusal } from '@tacit/messaging';
import { CatalogueEntity, ENTITIES, OrderEntity } from '../entities';
import { Credit } from './credit';

// What makes evidence valid is tested where it is checked; here it is about what valid evidence entitles to.
jest.mock('@tacit/messaging', () => ({
  ...jest.requireActual<object>('@tacit/messaging'),
  openRefusalEvidence: jest.fn(),
}));
const opened = jest.mocked(openRefusalEvidence);

const ORDERED = 1_700_000_000_000;
const log = { warn: () => undefined } as unknown as Log;

let stateDir: string;
let database: Database;
let credited: string[];
let show: (message: object) => Promise<Completion>;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'tacit-s-'));
  database = await Database.open({ stateDir, entities: ENTITIES });
  credited = [];
  const submissions = {
    on: () => undefined,
    add: async (_em: unknown, { name, key }: Submission) => credited.push(`${name} ${key}`),
  } as unknown as Submissions;
  const inbox = {
    on: (_type: string, receive: typeof show) => {
      show = receive;
    },
  } as unknown as Inbox;
  new Credit(
    { company: 'ServicerS' } as CompanyConfig,
    log,
    database,
    {} as Partners,
    {} as Membership,
    submissions,
    inbox,
  );
  await add('order-1', 'pair-1');
  await add('order-2', 'pair-2');
});

afterEach(async () => {
  await database.close();
  rmSync(stateDir, { recursive: true, force: true });
});

function add(orderId: string, pairId: string): Promise<unknown> {
  return database.transaction(async (em) => {
    const delivery = { deliveredAt: ORDERED, receivedAt: null, deliveryId: null, trouble: null };
    const end = { ended: null, endedReason: null, paidAt: null, paymentReference: null };
    const terms = { customer: 'A', channel: 'sales', minorUnits: 250, currency: 'EUR' };
    const times = { orderedAt: ORDERED, deadline: ORDERED + 3_600_000 };
    await em.insert(OrderEntity, { orderId, pairId, ...terms, ...times, ...delivery, ...end });
    const record = { buyers: ['A'], profile: 'p', bits: 8, keyId: 'k', wHash: 'w', channel: 'xor' };
    await em.insert(CatalogueEntity, { pairId, keyHolder: 'B', listedAt: 1, ...record });
  });
}

/** A customer shows the refusal of a request about a pair. */
async function claim(
  orderId: string,
  { from = 'A', pairId = orderId.replace('order', 'pair'), ...changes }: Record<string, unknown> = {},
): Promise<readonly string[]> {
  const proven = { keyHolder: 'B', refusalId: 'no', requestedAt: ORDERED, refusedAt: ORDERED, ...changes };
  opened.mockResolvedValue(proven as unknown as ProvenRefusal);
  const completion = await show({ from, payload: { orderId, pairId, refusal: 'jws', request: 'jws' } });
  await database.transaction(completion);
  return credited;
}

describe('a refusal that the key holder signed', () => {
  it('credits the order that was made for the answer', async () => {
    expect(await claim('order-1')).toEqual(['creditOrder order-1']);
  });

  it('credits one order, whatever request the customer shows with it', async () => {
    await claim('order-1');
    expect(await claim('order-2')).toEqual(['creditOrder order-1']);
    expect(await claim('order-2', { refusalId: 'another' })).toContain('creditOrder order-2');
  });

  it('may be shown again for the same order', async () => {
    await claim('order-1');
    expect(await claim('order-1')).toEqual(['creditOrder order-1', 'creditOrder order-1']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another company than the key holder', { keyHolder: 'C' }],
    ['shown by another company than the customer', { from: 'C' }],
    ['about another pair', { pairId: 'pair-2' }],
    ['about a pair that is not for sale', { pairId: 'pair-3' }],
    [
      'from before the order, by the time that the key holder signed',
      { refusedAt: ORDERED - CLOCK_SKEW_MS - 1 },
    ],
  ])('%s credits nothing', async (_name, changes) => {
    expect(await claim('order-1', changes)).toEqual([]);
  });

  it('that is none credits nothing', async () => {
    opened.mockRejectedValue(new MessageError('evidence', 'not a refusal'));
    const payload = { orderId: 'order-1', pairId: 'pair-1', refusal: 'jws', request: 'jws' };
    await database.transaction(await show({ from: 'A', payload }));
    expect(credited).toEqual([]);
  });
});
