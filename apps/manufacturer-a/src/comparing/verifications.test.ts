import { answerHash, conclude, type Answer } from '@tacit/comparison';
import { recordHash } from '@tacit/core';
import { AlertRules } from '../alerts/alert-rules';
import { hashOf, randomId, silentLog, TestCompany } from '../company.fixture';
import { AlertEntity } from '../entities/alert.entity';
import type { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { LateAnswerEntity } from '../entities/late-answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { Verifications } from './verifications';

const RECORD = { profile: 'paillier-3072' };
const TERMS = { measure: 'magnitude', scale: 2, unit: 'g/cm²' } as const;

let company: TestCompany;
let rules: AlertRules;
beforeEach(async () => {
  company = await TestCompany.open();
  const { queue, submissions, database, reader, threads, comparisons, alarms, config } = company;
  rules = new AlertRules(database, silentLog);
  new Verifications(queue, submissions, database, reader, threads, comparisons, rules, alarms, config);
});
afterEach(() => company.close());

/** A comparison whose answer has been read, as the ledger still holds it. */
async function answered(): Promise<ComparisonEntity> {
  const requestId = randomId();
  const finding = { direction: 'rise', index: 5 } as const;
  const comparison = await company.addComparison({ state: 'answered', requestId, slot: 2 });
  const { pairId, orderId } = comparison;
  const answer: Answer = {
    ...{ requestId, pairId, zHash: hashOf(7) },
    ...finding,
    ...{ salt: randomId(), proof: 'AAAA' },
  };
  company.answers.set('getPair', RECORD).set('getAnswer', answer);
  const outcome = conclude(TERMS, finding);
  return company.database.transaction(async (em) => {
    await em.insert(EvaluationEntity, { pairId, orderId, w: 'AAAA', zHash: hashOf(7), rise: 'AAAA' });
    await em.update(PairEntity, { pairId }, { recordHash: recordHash('quality', RECORD) });
    return em.save(Object.assign(comparison, { outcome, answerHash: answerHash(answer) }));
  });
}

const verify = ({ id, attempt }: ComparisonEntity): Promise<void> =>
  company.run('comparison.verify', { comparisonId: id, attempt });

const alerts = (): Promise<AlertEntity[]> => company.database.read((em) => em.find(AlertEntity));

describe('an answer whose proof holds', () => {
  beforeEach(() => company.results.set('holdsProof', true));

  it('is verified, and the ledger is told once', async () => {
    const comparison = await answered();
    await verify(comparison);
    await verify(comparison);
    expect(await company.read(comparison.id)).toMatchObject({ state: 'verified', reason: null, slot: 2 });
    expect(company.submitted).toEqual([
      {
        channel: 'quality',
        name: 'concludeAnswer',
        input: { requestId: comparison.requestId, verdict: 'verified' },
        key: comparison.requestId,
      },
    ]);
    expect(company.alarmed).toEqual([]);
  });

  it('fires the alerts of its quantity once', async () => {
    await rules.put({ quantity: 'moisture', limit: '0.10', direction: 'any' });
    await rules.put({ quantity: 'moisture', limit: '0.33', direction: 'rise' });
    const comparison = await answered();
    expect(await alerts()).toEqual([]);
    await verify(comparison);
    await rules.put({ quantity: 'moisture', limit: '0.20', direction: 'any' });
    const fired = (await alerts()).map(({ comparisonId, limit }) => [comparisonId, limit]);
    expect(fired).toEqual([[comparison.id, '0.10']]);
  });
});

describe('an answer whose proof does not hold', () => {
  beforeEach(() => company.results.set('holdsProof', false));

  it('is disputed, here and on the ledger, and keeps its slot', async () => {
    const comparison = await answered();
    await verify(comparison);
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'disputed',
      reason: { code: 'proof-refused' },
      slot: 2,
      outcome: { direction: 'rise' },
    });
    expect(company.submitted).toMatchObject([{ name: 'concludeAnswer', input: { verdict: 'disputed' } }]);
    expect(company.alarmed).toEqual(['bad-proof']);
  });

  it('fires no alert, whenever the rule is made', async () => {
    await rules.put({ quantity: 'moisture', limit: '0.10', direction: 'any' });
    await verify(await answered());
    await rules.put({ quantity: 'moisture', limit: '0.20', direction: 'any' });
    expect(await alerts()).toEqual([]);
  });
});

describe('verifying', () => {
  it('does not believe a record that has changed since it was checked', async () => {
    const comparison = await answered();
    company.answers.set('getPair', { ...RECORD, x: 'other' });
    await verify(comparison);
    const changed = { state: 'failed', reason: { code: 'bad-record' }, outcome: null };
    expect(await company.read(comparison.id)).toMatchObject(changed);
    expect(company.alarmed).toEqual(['altered-record']);
    expect(company.submitted).toEqual([]);
  });

  it('stops at an answer that is not the one that was read', async () => {
    const comparison = await answered();
    const answer = company.answers.get('getAnswer') as Answer;
    company.answers.set('getAnswer', { ...answer, direction: 'fall' });
    await expect(verify(comparison)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(await company.read(comparison.id)).toMatchObject({ state: 'answered' });
  });

  it('that was given up leaves the way back to the answer', async () => {
    const { id, attempt, pairId, requestId } = await answered();
    await company.die('comparison.verify', { comparisonId: id, attempt });
    expect(await company.read(id)).toMatchObject({ state: 'failed', outcome: null });
    const late = await company.database.read((em) => em.find(LateAnswerEntity));
    expect(late).toEqual([{ pairId, requestId }]);
  });

  it('raises an alarm when the ledger does not take the verdict', async () => {
    const input = { requestId: randomId(), verdict: 'verified' };
    const submission = { channel: 'quality', name: 'concludeAnswer', input, key: input.requestId };
    await company.refuse(submission, 'answer-concluded');
    expect(company.alarmed).toEqual(['verdict-refused']);
  });
});
