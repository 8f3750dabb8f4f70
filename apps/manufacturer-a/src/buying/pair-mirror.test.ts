import type { QualityRecord } from '@tacit/comparison';
import type { Flaw } from '../comparing/comparing.worker';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { hashOf, randomId, TestCompany } from '../company.fixture';
import { PairMirror } from './pair-mirror';

let company: TestCompany;
beforeEach(async () => {
  company = await TestCompany.open();
  const { events, queue, database, reader, threads, comparisons, alarms, config } = company;
  new PairMirror(events, queue, database, reader, threads, comparisons, alarms, config);
  company.results.set('inspectPair', null);
});
afterEach(() => company.close());

/** A pair appears under the agreement that a comparison belongs to. */
async function publish(agreementHash: string, changes: Partial<QualityRecord> = {}): Promise<string> {
  const record: QualityRecord = {
    pairId: randomId(),
    agreementHash,
    sequence: { x: 2, y: 3 },
    takenAt: { x: 2, y: 3 },
    lotRefs: { x: hashOf(1), y: hashOf(2) },
    supersedes: null,
    profile: 'paillier-3072',
    keyId: hashOf(6),
    publicKey: 'AAAA',
    keyProof: 'AAAA',
    x: 'AAAA',
    y: 'AAAA',
    xHash: hashOf(1),
    yHash: hashOf(2),
    wHash: hashOf(3),
    ...changes,
  };
  const { pairId } = record;
  company.answers.set('getPair', record);
  await company.run('pair.read', { channel: 'quality', pairId, publishedAt: 5 });
  return pairId;
}

async function agreed(evaluator = 'ManufacturerA'): Promise<string> {
  const { agreementHash } = await company.addComparison({ state: 'ordered' });
  const row = await company.database.read((em) => em.findOneByOrFail(AgreementEntity, { agreementHash }));
  company.answers.set('getAgreement', { agreement: { ...row.terms, evaluator } });
  return agreementHash;
}

const find = (pairId: string): Promise<PairEntity | null> =>
  company.database.read((em) => em.findOneBy(PairEntity, { pairId }));

const flaw = (kind: Flaw['flaw'], sharedWith: string[] = []): Flaw => ({
  flaw: kind,
  detail: 'for the test',
  sharedWith,
});

describe('a published pair', () => {
  it('is taken in with what its checks found', async () => {
    const agreementHash = await agreed();
    expect(await find(await publish(agreementHash))).toMatchObject({ flaw: null, quantity: 'moisture' });
    for (const found of ['bad-record', 'unproven-key'] as const) {
      company.results.set('inspectPair', flaw(found));
      expect(await find(await publish(agreementHash))).toMatchObject({ flaw: found });
    }
    expect(company.alarmed).toEqual(['bad-record', 'unproven-key']);
  });

  it('for another company is none of ours', async () => {
    const agreementHash = await agreed('ManufacturerA2');
    expect(await find(await publish(agreementHash))).toBeNull();
  });

  it.each(['in order', 'the correction first'])('and its correction find each other, %s', async (order) => {
    const agreementHash = await agreed();
    const [pairId, correction] = [randomId(), randomId()];
    const appear = [
      () => publish(agreementHash, { pairId }),
      () => publish(agreementHash, { pairId: correction, supersedes: pairId }),
    ];
    for (const step of order === 'in order' ? appear : appear.reverse()) await step();
    expect(await find(pairId)).toMatchObject({ supersedes: null, supersededBy: correction });
    expect(await find(correction)).toMatchObject({ supersedes: pairId, supersededBy: null });
  });

  it('whose key shares a factor spoils the other pair too, and what is asked about it', async () => {
    const comparison = await company.addComparison({ state: 'requested' });
    company.results.set('inspectPair', flaw('weak-key', [comparison.pairId]));
    const pairId = await publish(await agreed());
    expect(await find(pairId)).toMatchObject({ flaw: 'weak-key' });
    expect(await find(comparison.pairId)).toMatchObject({ flaw: 'weak-key' });
    expect(await company.read(comparison.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'weak-key' },
    });
    expect(company.alarmed).toEqual(['weak-key']);
  });

  it('leaves an outcome that was verified before as it is', async () => {
    const comparison = await company.addComparison({ state: 'verified' });
    company.results.set('inspectPair', flaw('weak-key', [comparison.pairId]));
    await publish(await agreed());
    expect(await company.read(comparison.id)).toMatchObject({ state: 'verified' });
  });
});
