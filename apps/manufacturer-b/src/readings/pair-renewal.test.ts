import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { REFUSED_AS_SUPERSEDED } from '../publishing/renewal-job';
import { agreementRow, TestReadings } from './readings.fixture';

describe('when the next version of an agreement is accepted', () => {
  let company: TestReadings;
  let first: AgreementEntity;

  beforeEach(async () => {
    company = await TestReadings.open();
    first = await company.agree();
  });
  afterEach(() => company.close());

  const record = async (month: number, value: string): Promise<string[]> => {
    const takenAt = new Date(Date.UTC(2026, month, 0)).toISOString();
    const reading = { quantity: 'moisture', value, takenAt, lot: `LOT-${month}` };
    return [...(await company.readings.record(reading)).pairs];
  };
  const supersede = async (terms: Partial<AgreementEntity['terms']> = {}): Promise<AgreementEntity> => {
    const next = agreementRow({ ...first.terms, version: 2, supersedes: first.agreementHash, ...terms });
    await company.database.transaction(async (em) => {
      await em.update(AgreementEntity, { agreementHash: first.agreementHash }, { status: 'superseded' });
      await em.insert(AgreementEntity, next);
    });
    return next;
  };
  const set = (pairId: string, changes: Partial<PairEntity>): Promise<unknown> =>
    company.database.transaction((em) => em.update(PairEntity, { pairId }, changes));
  const pairsOf = async (version: AgreementEntity): Promise<Partial<PairEntity>[]> =>
    (await company.pairs())
      .filter(({ agreementHash }) => agreementHash === version.agreementHash)
      .map(({ state, reason, sequenceX, supersedes }) => ({ state, reason, sequenceX, supersedes }));

  const given = { state: 'failed', reason: 'agreement-superseded', supersedes: null };
  const made = { state: 'queued', reason: null, supersedes: null };

  it('makes waiting pairs anew under it, also those that the contract took no more', async () => {
    await record(1, '0.45');
    const [refused] = await record(2, '0.41');
    await record(3, '0.76');
    await set(refused!, { state: 'failed', reason: REFUSED_AS_SUPERSEDED });
    const second = await supersede();
    await company.renew(first);
    expect(await pairsOf(first)).toEqual([
      { ...given, sequenceX: 1 },
      { ...given, sequenceX: 2 },
    ]);
    expect(await pairsOf(second)).toEqual([
      { ...made, sequenceX: 1 },
      { ...made, sequenceX: 2 },
    ]);
    await company.renew(first);
    expect(await pairsOf(second)).toHaveLength(2);
  });

  it('leaves alone what was published, is on its way, or failed for another reason', async () => {
    const kept: Partial<PairEntity>[] = [
      { state: 'published' },
      { state: 'encrypted' },
      { state: 'half-published' },
      { state: 'failed', reason: 'key-used' },
    ];
    await record(1, '0.40');
    for (const [i, changes] of kept.entries()) await set((await record(2 + i, `0.4${i}`))[0]!, changes);
    const second = await supersede();
    await company.renew(first);
    expect(await pairsOf(first)).toMatchObject(kept);
    expect(await pairsOf(second)).toEqual([]);
  });

  it('waits for the channel to tell when the contract refused before that', async () => {
    await record(1, '0.45');
    const [refused] = await record(2, '0.41');
    await set(refused!, { state: 'failed', reason: REFUSED_AS_SUPERSEDED });
    await company.renew(first);
    expect(await pairsOf(first)).toMatchObject([{ reason: REFUSED_AS_SUPERSEDED }]);
  });

  it('still corrects the published pair that a waiting one was to correct', async () => {
    await record(1, '0.45');
    const [wrong] = await record(2, '0.41');
    await company.publish();
    await company.readings.correct('moisture', 2, '0.40');
    const second = await supersede();
    await company.renew(first);
    expect(await pairsOf(second)).toEqual([{ ...made, sequenceX: 1, supersedes: wrong }]);
  });

  it('pairs nothing that the new terms cannot encode', async () => {
    await record(1, '0.45');
    await record(2, '0.4');
    await record(3, '0.7');
    const second = await supersede({ scale: 1 });
    await company.renew(first);
    expect(await pairsOf(first)).toMatchObject([given, given]);
    expect(await pairsOf(second)).toEqual([{ ...made, sequenceX: 2 }]);
  });

  it('goes on in pieces until nothing waits', async () => {
    for (let i = 0; i <= 60; i++) await record(1 + i, '0.45');
    const second = await supersede();
    await company.renew(first);
    expect(await pairsOf(second)).toHaveLength(60);
  });
});
