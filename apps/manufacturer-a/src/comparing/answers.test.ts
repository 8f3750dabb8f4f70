import { answerHash, lotReference, type Answer } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import { toBase64url } from '@tacit/core';
import { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { LateAnswerEntity } from '../entities/late-answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { hashOf, PRICE, randomId, TestCompany } from '../company.fixture';
import { Answers } from './answers';
import { Requests } from './requests';

const Z_HASH = hashOf(9);
const SALT = new Uint8Array(32).fill(8);
const opening = (label: string): { salt: string; label: string } => ({ salt: toBase64url(SALT), label });
const LOTS = { x: opening('LOT-1'), y: opening('LOT-2') };

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { events, inbox, queue, database, mailer, reader, comparisons, alarms } = company;
  new Answers(events, inbox, queue, database, mailer, reader, comparisons, alarms);
});
afterEach(() => company.close());

async function asked(changes: Partial<ComparisonEntity> = {}): Promise<ComparisonEntity> {
  const comparison = await company.addComparison({
    state: 'requested',
    requestId: randomId(),
    envelopeId: 'question',
    ...changes,
  });
  const { pairId, orderId } = comparison;
  await company.database.transaction(async (em) => {
    await em.insert(EvaluationEntity, { pairId, orderId, w: 'AAAA', zHash: Z_HASH, rise: 'AAAA' });
    const refs = { lotRefX: lotReference(SALT, 'LOT-1'), lotRefY: lotReference(SALT, 'LOT-2') };
    await em.update(PairEntity, { pairId }, refs);
  });
  return comparison;
}

function answerTo({ requestId, pairId }: ComparisonEntity, changes: Partial<Answer> = {}): Answer {
  return {
    requestId: requestId ?? '',
    pairId,
    zHash: Z_HASH,
    direction: 'rise',
    index: 5,
    salt: randomId(),
    proof: 'AAAA',
    ...changes,
  };
}

/** The ledger holds `stored`; its channel shows the hash of `hashed`. */
async function record(comparison: ComparisonEntity, hashed: Answer, stored: unknown = hashed): Promise<void> {
  const { pairId, requestId } = comparison;
  const terms = { requestId, pairId, zHash: Z_HASH, nonce: randomId(), expiresAt: 2, slot: 0 };
  const request = { terms, status: 'answered', answerHash: answerHash(hashed) } as RequestRecord;
  company.answers.set('getRequest', request).set('getAnswer', stored);
  await company.run('comparison.conclude', { requestId });
}

const message = (answer: Answer, changes: object = {}): object => ({
  from: 'ManufacturerB',
  inReplyTo: 'question',
  payload: { ...answer, lots: LOTS },
  ...changes,
});

describe('an answer on the ledger', () => {
  it('is looked at once its recording is seen, and only if it was asked for', async () => {
    const { requestId, pairId } = await asked();
    await company.emit('AnswerRecorded', { requestId: randomId(), pairId });
    await company.emit('AnswerRecorded', { requestId, pairId });
    expect(company.jobs.filter(({ kind }) => kind === 'comparison.conclude')).toHaveLength(1);
  });

  it.each(['requested', 'expired'] as const)(
    'makes the outcome of a comparison that is %s',
    async (state) => {
      const comparison = await asked({ state });
      await record(comparison, answerTo(comparison));
      expect(await company.read(comparison.id)).toMatchObject({
        state: 'answered',
        outcome: { direction: 'rise', index: 5, range: { min: '0.32', max: '0.63', unit: 'g/cm²' } },
      });
      expect(company.alarmed).toEqual([]);
    },
  );

  it('is not believed when its hash is not the recorded one', async () => {
    const comparison = await asked();
    await record(comparison, answerTo(comparison), answerTo(comparison, { direction: 'fall' }));
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'bad-answer' },
      outcome: null,
    });
    expect(company.alarmed).toEqual(['bad-answer']);
  });

  it('waits while only its hash has arrived', async () => {
    const comparison = await asked();
    await expect(record(comparison, answerTo(comparison), null)).rejects.toMatchObject({ code: 'waiting' });
    expect(await company.read(comparison.id)).toMatchObject({ state: 'requested' });
  });

  it('waits while the own request has not been noted', async () => {
    const comparison = await asked({ state: 'delivered' });
    await expect(record(comparison, answerTo(comparison))).rejects.toMatchObject({ code: 'waiting' });
  });

  it('is verified next', async () => {
    const comparison = await asked();
    await record(comparison, answerTo(comparison));
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'comparison.verify', key: `${comparison.id}:1` });
  });
});

describe('an answer in a message', () => {
  it('brings the lots, never an outcome', async () => {
    const comparison = await asked();
    await company.receive('answer', message(answerTo(comparison)));
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'requested',
      outcome: null,
      lots: { x: 'LOT-1', y: 'LOT-2' },
    });
  });

  it.each(['before', 'after'])(
    'that comes %s the ledger’s and differs is an alarm; the ledger counts',
    async (when) => {
      const comparison = await asked();
      const onLedger = answerTo(comparison);
      const inMessage = message(answerTo(comparison, { direction: 'fall', index: 31 }));
      if (when === 'before') await company.receive('answer', inMessage);
      await record(comparison, onLedger);
      if (when === 'after') await company.receive('answer', inMessage);
      expect(await company.read(comparison.id)).toMatchObject({
        state: 'answered',
        outcome: { direction: 'rise', index: 5 },
      });
      expect(company.alarmed).toEqual(['conflicting-answer']);
    },
  );

  it('that says what the ledger says is no alarm', async () => {
    const comparison = await asked();
    const answer = answerTo(comparison);
    await company.receive('answer', message(answer));
    await record(comparison, answer);
    await company.receive('answer', message(answer));
    expect(company.alarmed).toEqual([]);
  });

  it.each([
    ['from another company', { from: 'ServicerS' }],
    ['in reply to another question', { inReplyTo: 'another' }],
    ['in reply to nothing', { inReplyTo: undefined }],
  ])('%s is ignored', async (_name, changes) => {
    const comparison = await asked();
    await company.receive('answer', message(answerTo(comparison), changes));
    expect(await company.read(comparison.id)).toMatchObject({ lots: null, messageAnswerHash: null });
    expect(company.alarmed).toEqual(['stray-message']);
  });

  it('does not get a lot believed that its reference does not name', async () => {
    const comparison = await asked();
    const lots = { x: opening('LOT-1'), y: opening('LOT-9') };
    await company.receive(
      'answer',
      message(answerTo(comparison), { payload: { ...answerTo(comparison), lots } }),
    );
    expect(await company.read(comparison.id)).toMatchObject({ lots: { x: 'LOT-1', y: null } });
    expect(company.alarmed).toEqual(['wrong-lot']);
  });
});

describe('an answer that comes when the comparison is being tried again', () => {
  it('counts, once the contract says that the pair is answered', async () => {
    const { queue, database, submissions, mailer, reader, comparisons, config } = company;
    new Requests(queue, database, submissions, mailer, reader, comparisons, config);
    const first = await asked({ state: 'expired' });
    const again = await company.read(first.id);
    await database.transaction((em) => comparisons.retry(em, again, PRICE));
    await company.emit('AnswerRecorded', { requestId: first.requestId, pairId: first.pairId });
    expect(await company.read(first.id)).toMatchObject({ state: 'created' });

    await database.transaction((em) =>
      em.update(ComparisonEntity, { id: first.id }, { state: 'delivered', requestId: 'second', slot: 1 }),
    );
    const submission = { channel: 'quality', name: 'requestComparison', input: { requestId: 'second' } };
    await company.refuse({ ...submission, key: 'second' }, 'request-live');
    expect(company.jobs.at(-1)).toMatchObject({ kind: 'comparison.conclude', key: first.requestId });

    await record(first, answerTo(first));
    await company.run('comparison.conclude', { requestId: first.requestId });
    expect(await company.read(first.id)).toMatchObject({
      state: 'answered',
      outcome: { direction: 'rise', index: 5 },
    });
  });

  it('is of no interest when it is about another company’s pair', async () => {
    await company.emit('AnswerRecorded', { requestId: randomId(), pairId: randomId() });
    expect(await company.database.read((em) => em.count(LateAnswerEntity))).toBe(0);
  });
});
