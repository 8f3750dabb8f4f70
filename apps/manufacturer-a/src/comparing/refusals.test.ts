import { TestCompany } from '../company.fixture';
import { Refusals } from './refusals';

const ASKED = { state: 'requested', requestId: 'request', envelopeId: 'question' } as const;

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { events, inbox, mailer, database, comparisons, alarms } = company;
  new Refusals(events, inbox, mailer, database, comparisons, alarms);
});
afterEach(() => company.close());

describe('a refusal in a message', () => {
  it('declines the comparison and is shown to the servicer', async () => {
    const { id, orderId, pairId } = await company.addComparison(ASKED);
    await company.receive('refusal', { from: 'ManufacturerB', id: 'no', inReplyTo: 'question' });
    expect(await company.read(id)).toMatchObject({
      state: 'declined',
      reason: { code: 'key-holder-declined' },
    });
    expect(company.sent).toEqual([
      {
        type: 'refusal-evidence',
        to: 'ServicerS',
        payload: { orderId, pairId, refusal: 'ManufacturerB/no', request: 'own/question' },
      },
    ]);
  });

  it.each([
    ['another company', { from: 'ServicerS', inReplyTo: 'question' }],
    ['the asked company to another question', { from: 'ManufacturerB', inReplyTo: 'another' }],
    ['the asked company to nothing', { from: 'ManufacturerB' }],
  ])('from %s changes nothing', async (_name, message) => {
    const { id } = await company.addComparison(ASKED);
    await company.receive('refusal', message);
    expect(await company.read(id)).toMatchObject({ state: 'requested' });
    expect(company.sent).toEqual([]);
    expect(company.alarmed).toEqual(['stray-message']);
  });

  it('of an earlier attempt changes nothing', async () => {
    const { id } = await company.addComparison({ ...ASKED, attempt: 2, envelopeId: 'second question' });
    await company.receive('refusal', { from: 'ManufacturerB', inReplyTo: 'question' });
    expect(await company.read(id)).toMatchObject({ state: 'requested' });
  });

  it('never undoes an answer', async () => {
    const { id } = await company.addComparison({ ...ASKED, state: 'answered' });
    await company.receive('refusal', { from: 'ManufacturerB', inReplyTo: 'question' });
    expect(await company.read(id)).toMatchObject({ state: 'answered' });
    expect(company.sent).toEqual([]);
  });

  it('is evidence once, also after the ledger has told the same', async () => {
    const { id } = await company.addComparison(ASKED);
    await company.emit('RequestRefused', { requestId: 'request' });
    expect(await company.read(id)).toMatchObject({ state: 'declined' });
    expect(company.sent).toEqual([]);
    await company.receive('refusal', { from: 'ManufacturerB', id: 'no', inReplyTo: 'question' });
    await company.receive('refusal', { from: 'ManufacturerB', id: 'no again', inReplyTo: 'question' });
    expect(company.sent).toHaveLength(1);
    expect(await company.historyOf(id)).toEqual(['created', 'declined']);
  });
});

describe('a refusal on the ledger', () => {
  it('of another request changes nothing', async () => {
    const { id } = await company.addComparison(ASKED);
    await company.emit('RequestRefused', { requestId: 'another' });
    expect(await company.read(id)).toMatchObject({ state: 'requested' });
  });
});

describe('a question that does not arrive', () => {
  it('fails when the inbox refuses it', async () => {
    const { id } = await company.addComparison(ASKED);
    await company.fail('answer-request', 'question', 'refused');
    expect(await company.read(id)).toMatchObject({ state: 'failed', reason: { code: 'message-refused' } });
  });

  it('is left to the clock when time runs out', async () => {
    const { id } = await company.addComparison(ASKED);
    await company.fail('answer-request', 'question', 'expired');
    expect(await company.read(id)).toMatchObject({ state: 'requested' });
  });
});
