import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchKey, sealBatch } from '@tacit/messaging';
import { Database } from '../database';
import { ProblemException } from '../http/problem';
import { AtRest } from '../identity/at-rest';
import { SecretEntity } from '../identity/secret.entity';
import { BatchEntity } from './batch.entity';
import { BatchIntake, type BatchHandler, type Verdict } from './batch-intake';

const key = batchKey(randomBytes(32));
const batch = { id: 'import-1', readings: [{ value: '0.45' }] };

describe('BatchIntake', () => {
  let stateDir: string;
  let database: Database;
  let intake: BatchIntake;
  let handle: jest.Mock<ReturnType<BatchHandler>, Parameters<BatchHandler>>;

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'tacit-batch-'));
    database = await Database.open({ stateDir, entities: [BatchEntity, SecretEntity] });
    intake = new BatchIntake(database, new AtRest(new Uint8Array(32)));
    handle = jest.fn<ReturnType<BatchHandler>, Parameters<BatchHandler>>(() =>
      database.transaction(async () => undefined),
    );
    intake.on('readings', handle);
  });
  afterEach(async () => {
    await database.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  const take = async (content: object): Promise<Verdict> =>
    intake.take('readings', Buffer.from(await sealBatch(content, key)), key);
  const codeOf = (verdict: Verdict): string =>
    verdict.outcome === 'refused' ? verdict.refusal.code : verdict.outcome;
  const noted = (): Promise<BatchEntity[]> => database.read((em) => em.find(BatchEntity));

  it('hands a batch on without its id, once, and notes it in the same transaction', async () => {
    expect(await take(batch)).toEqual({ outcome: 'taken' });
    expect(await take(batch)).toEqual({ outcome: 'repeated' });
    expect(handle.mock.calls).toEqual([[{ readings: batch.readings }]]);
    const [row] = await noted();
    expect(row).toMatchObject({ id: batch.id, kind: 'readings' });
    expect(JSON.stringify(row)).not.toContain('0.45');
  });

  it('takes nothing when the transaction is undone, and the same batch later', async () => {
    handle.mockImplementationOnce(() =>
      database.transaction(async () => {
        throw new Error('the disk is full');
      }),
    );
    await expect(take(batch)).rejects.toThrow('the disk is full');
    expect(await noted()).toEqual([]);
    expect(await take(batch)).toEqual({ outcome: 'taken' });
  });

  it('tries again what only other work stood in the way of', async () => {
    handle.mockRejectedValueOnce(new ProblemException('conflict'));
    await expect(take(batch)).rejects.toThrow(ProblemException);
  });

  it('refuses what the service refuses, with its errors, and notes nothing', async () => {
    const errors = [{ path: 'rows[1].value', message: 'value: must be a decimal', row: 1, field: 'value' }];
    handle.mockRejectedValueOnce(new ProblemException('bad-row', { detail: '1 row is bad', errors }));
    expect(await take(batch)).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'bad-row', detail: '1 row is bad', errors, errorCount: 1 },
    });
    expect(await noted()).toEqual([]);
  });

  it('keeps as many errors as there is room for, and counts all', async () => {
    const errors = Array.from({ length: 10_000 }, (_, i) => ({
      path: `rows[${i}]`,
      message: 'x'.repeat(100),
    }));
    handle.mockRejectedValueOnce(new ProblemException('bad-row', { errors }));
    const verdict = await take(batch);
    if (verdict.outcome !== 'refused') throw new Error('not refused');
    expect(verdict.refusal.errorCount).toBe(10_000);
    expect(verdict.refusal.errors.length).toBeGreaterThan(500);
    expect(JSON.stringify(verdict.refusal).length).toBeLessThan(130_000);
  });

  it.each<[string, object, string]>([
    ['another content under its id', { ...batch, readings: [] }, 'id-used-twice'],
    ['no id', { readings: [] }, 'not-a-batch'],
    ['an id that is no text', { ...batch, id: 5 }, 'not-a-batch'],
    ['an id with a space', { ...batch, id: 'a b' }, 'not-a-batch'],
    ['a list', [batch], 'not-a-batch'],
  ])('refuses %s', async (_, content, code) => {
    await take(batch);
    expect(codeOf(await take(content))).toBe(code);
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it.each<[string, () => Promise<Uint8Array | string>]>([
    ['nothing', async () => ''],
    ['junk', async () => randomBytes(1_000)],
    ['a batch that is not sealed', async () => JSON.stringify(batch)],
    ['a batch under another key', () => sealBatch(batch, batchKey(randomBytes(32)))],
    [
      'a changed batch',
      async () => (await sealBatch(batch, key)).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')),
    ],
    [
      'a batch that says it is not encrypted',
      async () => {
        const [, ...rest] = (await sealBatch(batch, key)).split('.');
        const header = Buffer.from('{"alg":"none","enc":"A256GCM"}').toString('base64url');
        return [header, ...rest].join('.');
      },
    ],
  ])('refuses %s as not sealed', async (_, bytes) => {
    expect(codeOf(await intake.take('readings', Buffer.from(await bytes()), key))).toBe('not-sealed');
  });

  it('refuses a kind that the company does not take, and two handlers of one', async () => {
    const sealed = Buffer.from(await sealBatch(batch, key));
    expect(codeOf(await intake.take('comparisons', sealed, key))).toBe('not-a-batch');
    expect(() => {
      intake.on('readings', handle);
    }).toThrow('two handlers');
  });
});
