import { ProblemException } from '@tacit/company';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { agreementRow, TestReadings } from './readings.fixture';

let company: TestReadings;

beforeEach(async () => {
  company = await TestReadings.open();
});
afterEach(async () => {
  await company.close();
});

const month = (number: number): string => new Date(Date.UTC(2026, number, 1)).toISOString();
const record = (
  number: number,
  value: string,
  quantity = 'moisture',
): Promise<{ pairs: readonly string[] }> =>
  company.readings.record({ quantity, value, takenAt: month(number), lot: `LOT-${number}` });

async function refusal(work: Promise<unknown>): Promise<ProblemException> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ProblemException);
  return error as ProblemException;
}

describe('a reading makes pairs', () => {
  it('with the one before it, under every agreement in force and no other', async () => {
    const first = await company.agree();
    const second = await company.agree({ evaluator: 'ManufacturerA2', measure: 'bit' });
    await company.agree({ evaluator: 'ManufacturerA3' }, { status: 'proposed' });
    await company.agree({ evaluator: 'ManufacturerA4' }, { status: 'superseded' });
    await company.agree({ evaluator: 'ManufacturerA5', expiresAt: Date.now() - 1 });
    await company.agree({ quantity: 'temperature' });
    expect((await record(1, '0.45')).pairs).toEqual([]);
    const { pairs } = await record(2, '0.41');
    const stored = await company.pairs();
    expect(stored.map(({ pairId }) => pairId).sort()).toEqual([...pairs].sort());
    expect(stored.map(({ agreementHash }) => agreementHash).sort()).toEqual(
      [first, second].map(({ agreementHash }) => agreementHash).sort(),
    );
  });

  it('under a paused agreement too: only answering stops', async () => {
    await company.agree({}, { paused: true });
    await record(1, '0.45');
    expect((await record(2, '0.41')).pairs).toHaveLength(1);
  });

  it('from the first reading after acceptance on, whose partner may be older', async () => {
    await record(1, '0.45');
    await record(2, '0.41');
    await company.agree();
    await record(3, '0.76');
    await record(4, '1.32');
    expect((await company.pairs()).map(({ sequenceX, sequenceY }) => [sequenceX, sequenceY])).toEqual([
      [2, 3],
      [3, 4],
    ]);
  });

  it('not with an older reading that the agreement cannot encode', async () => {
    await record(1, '0.12345');
    await company.agree();
    expect((await record(2, '0.41')).pairs).toEqual([]);
    expect((await record(3, '0.76')).pairs).toHaveLength(1);
  });

  it('within its own quantity only', async () => {
    await company.agree();
    await company.agree({ quantity: 'temperature' });
    await record(1, '0.45');
    await record(1, '20', 'temperature');
    expect((await record(2, '0.41')).pairs).toHaveLength(1);
    expect((await record(2, '21', 'temperature')).pairs).toHaveLength(1);
    const pairs = await company.pairs();
    expect(pairs.map(({ quantity, sequenceX }) => [quantity, sequenceX])).toEqual([
      ['moisture', 1],
      ['temperature', 1],
    ]);
  });
});

describe('a reading is refused', () => {
  it('when one of its agreements cannot encode it, and then nothing of it is stored', async () => {
    await company.agree({ scale: 4 });
    await company.agree({ scale: 1 });
    const problem = await refusal(record(1, '0.45'));
    expect(problem.code).toBe('bad-reading');
    expect(await company.countReadings()).toBe(0);
  });

  it('when its time is not after the last', async () => {
    await record(2, '0.45');
    expect((await refusal(record(2, '0.41'))).code).toBe('time-not-after-last');
    expect((await refusal(record(1, '0.41'))).code).toBe('time-not-after-last');
    expect(await company.countReadings()).toBe(1);
  });

  it('as bad when its value is wrong as well as its time', async () => {
    await record(2, '0.45');
    expect((await refusal(record(1, 'x'))).code).toBe('bad-reading');
  });
});

describe('a correction', () => {
  const state = async (): Promise<unknown[]> =>
    (await company.pairs()).map(({ sequenceX, supersedes }) => [sequenceX, supersedes]);

  it('replaces the pair with the reading before and the pair with the reading after', async () => {
    await company.agree();
    for (const [i, value] of ['0.45', '0.41', '0.76', '1.32'].entries()) await record(i + 1, value);
    await company.publish();
    const [first, second] = await company.pairs();
    const corrected = await company.readings.correct('moisture', 2, '0.40');
    expect(corrected).toMatchObject({
      sequence: 2,
      revision: 2,
      value: '0.40',
      lot: 'LOT-2',
      takenAt: month(2),
    });
    expect(corrected.pairs).toHaveLength(2);
    expect(await state()).toEqual([
      [1, null],
      [1, first!.pairId],
      [2, null],
      [2, second!.pairId],
      [3, null],
    ]);
  });

  it('of a neighbour that was itself corrected builds on the latest pair and the latest values', async () => {
    await company.agree();
    await record(1, '0.45');
    await record(2, '0.41');
    await company.publish();
    await company.readings.correct('moisture', 2, '0.40');
    await company.publish();
    const { pairs } = await company.readings.correct('moisture', 1, '0.46');
    const all = await company.pairs();
    expect(all.map(({ supersedes }) => supersedes)).toEqual([null, all[0]!.pairId, all[1]!.pairId]);
    const last = all[2]!;
    expect(pairs).toEqual([last.pairId]);
    const readings = await company.database.read((em) => em.findBy(ReadingEntity, { current: true }));
    expect(new Set(readings.map(({ id }) => id))).toEqual(new Set([last.readingX, last.readingY]));
  });

  it('does not build on a pair that failed', async () => {
    await company.agree();
    await record(1, '0.45');
    const [pairId] = (await record(2, '0.41')).pairs;
    await company.publish();
    await company.readings.correct('moisture', 2, '0.40');
    await company.database.transaction((em) =>
      em.update(PairEntity, { supersedes: pairId! }, { state: 'failed' }),
    );
    await company.readings.correct('moisture', 2, '0.42');
    expect((await company.pairs()).map(({ supersedes }) => supersedes)).toEqual([null, pairId, pairId]);
  });

  it('takes the place of a pair that was not published yet', async () => {
    await company.agree();
    await record(1, '0.45');
    await record(2, '0.41');
    const { pairs } = await company.readings.correct('moisture', 2, '0.40');
    expect((await company.pairs()).map(({ state, supersedes }) => [state, supersedes])).toEqual([
      ['failed', null],
      ['queued', null],
    ]);
    expect(pairs).toHaveLength(1);
  });

  it('goes to the version of the agreement that is in force', async () => {
    const old = await company.agree();
    await record(1, '0.45');
    await record(2, '0.41');
    const next = agreementRow({ ...old.terms, version: 2, supersedes: old.agreementHash });
    await company.database.transaction(async (em) => {
      await em.update(AgreementEntity, { agreementHash: old.agreementHash }, { status: 'superseded' });
      await em.insert(AgreementEntity, next);
    });
    await company.readings.correct('moisture', 1, '0.46');
    expect((await company.pairs()).map(({ agreementHash }) => agreementHash)).toEqual([
      old.agreementHash,
      next.agreementHash,
    ]);
  });

  it('under an agreement that is not in force any more changes the reading only', async () => {
    const { agreementHash } = await company.agree();
    await record(1, '0.45');
    await record(2, '0.41');
    await company.database.transaction((em) =>
      em.update(AgreementEntity, { agreementHash }, { status: 'superseded' }),
    );
    expect((await company.readings.correct('moisture', 1, '0.46')).pairs).toEqual([]);
    expect((await company.readings.list({ limit: 1 })).items[0]?.value).toBe('0.46');
  });

  it('with the value that is already there changes nothing', async () => {
    await company.agree();
    await record(1, '0.45');
    await record(2, '0.41');
    expect(await company.readings.correct('moisture', 2, '0.41')).toMatchObject({ revision: 1, pairs: [] });
    expect(await state()).toEqual([[1, null]]);
  });

  it('keeps its place: the time of the next reading is compared with the corrected one', async () => {
    await record(1, '0.45');
    await company.readings.correct('moisture', 1, '0.46');
    expect((await refusal(record(1, '0.41'))).code).toBe('time-not-after-last');
  });

  it.each([
    ['a value that an agreement cannot encode', 1, '0.455', 'bad-reading'],
    ['what is no decimal', 1, '1e5', 'bad-reading'],
    ['a reading that does not exist', 2, '0.46', 'not-found'],
    ['a number beyond 64 bits', 1e300, '0.46', 'not-found'],
  ])('is refused for %s', async (_what, sequence, value, code) => {
    await company.agree();
    await record(1, '0.45');
    expect((await refusal(company.readings.correct('moisture', sequence, value))).code).toBe(code);
    expect(await company.countReadings()).toBe(1);
  });
});

describe('at rest', () => {
  it('neither value nor lot is readable in a row, and a row opens under its own id only', async () => {
    await record(1, '918273.64');
    const [row] = await company.database.read((em) => em.find(ReadingEntity));
    expect(JSON.stringify(row)).not.toMatch(/918273|LOT-1/);
    await company.database.transaction((em) => em.update(ReadingEntity, { id: row!.id }, { id: 'another' }));
    await expect(company.readings.list({ limit: 1 })).rejects.toThrow('cannot be opened');
  });

  it('two readings of one lot have different references', async () => {
    const takenAt = [month(1), month(2)];
    for (const at of takenAt) {
      await company.readings.record({ quantity: 'moisture', value: '1', takenAt: at, lot: 'LOT' });
    }
    const rows = await company.database.read((em) => em.find(ReadingEntity));
    expect(new Set(rows.map(({ lotRef }) => lotRef)).size).toBe(2);
  });
});

describe('a list of readings', () => {
  it('goes page by page over quantities and sequences', async () => {
    for (const quantity of ['b', 'a']) for (const i of [1, 2, 3]) await record(i, `${i}`, quantity);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await company.readings.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.items.map(({ quantity, sequence }) => quantity + String(sequence)));
      cursor = page.next;
    } while (cursor !== null);
    expect(seen).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  });
});
