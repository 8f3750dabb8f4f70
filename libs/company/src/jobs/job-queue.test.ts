import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Database } from '../database';
import { createLog } from '../operations/logging';
import { eventually } from '../network.fixture';
import { backoffDelay, LONGEST_DELAY } from './backoff';
import { PermanentError, WaitingError } from './errors';
import { JobEntity } from './job.entity';
import { JobQueue } from './job-queue';

const nothing = async (): Promise<void> => undefined;
const log = createLog('test', 'silent');

describe('JobQueue', () => {
  let stateDir: string;
  let database: Database;
  let queue: JobQueue;

  const openQueue = async (): Promise<void> => {
    database = await Database.open({ stateDir, entities: [JobEntity] });
    queue = new JobQueue(database, log);
  };
  const add = (kind: string, key: string, payload: object = {}, notBefore?: number): Promise<void> =>
    database.transaction((em) =>
      queue.add(em, kind, key, payload, notBefore === undefined ? {} : { notBefore }),
    );
  const rows = (): Promise<JobEntity[]> =>
    database.read((em) => em.find(JobEntity, { order: { id: 'ASC' } }));
  const allDone = (): Promise<boolean> => eventually(async () => (await rows()).length === 0);

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'tacit-jobs-'));
    await openQueue();
  });
  afterEach(async () => {
    await queue.stop();
    await database.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('does what was added and runs the completion with the deletion', async () => {
    const seen: unknown[] = [];
    queue.register<{ n: number }>('count', {
      handle: async (job) => async (em) => {
        seen.push([job.key, job.payload.n, await em.countBy(JobEntity, { id: job.id })]);
      },
    });
    await queue.start();
    await add('count', 'a', { n: 1 });
    await allDone();
    expect(seen).toEqual([['a', 1, 1]]);
  });

  it('adds a job once for its kind and key, however often it is asked', async () => {
    queue.register('one', { handle: async () => nothing });
    queue.register('two', { handle: async () => nothing });
    await add('one', 'a', { n: 1 });
    await add('one', 'a', { n: 2 });
    await add('two', 'a', { n: 3 });
    expect((await rows()).map(({ kind, payload }) => [kind, payload])).toEqual([
      ['one', { n: 1 }],
      ['two', { n: 3 }],
    ]);
  });

  it('adds nothing when the transaction is undone', async () => {
    queue.register('one', { handle: async () => nothing });
    await expect(
      database.transaction(async (em) => {
        await queue.add(em, 'one', 'a', {});
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await rows()).toEqual([]);
  });

  it('refuses a kind that nobody handles, and a second handler of a kind', async () => {
    await expect(add('unknown', 'a')).rejects.toThrow('no handler');
    queue.register('one', { handle: async () => nothing });
    expect(() => {
      queue.register('one', { handle: async () => nothing });
    }).toThrow('twice');
  });

  it('starts in the order of notBefore and id, and never more at once than the kind allows', async () => {
    const order: string[] = [];
    let atOnce = 0;
    let most = 0;
    queue.register('one', {
      concurrency: 2,
      handle: async (job) => {
        order.push(job.key);
        most = Math.max(most, ++atOnce);
        await new Promise((resolve) => setTimeout(resolve, 3));
        atOnce--;
        return nothing;
      },
    });
    const now = Date.now();
    for (const [key, notBefore] of [
      ['c', now - 1],
      ['d', now - 1],
      ['a', now - 20],
      ['b', now - 10],
    ] as const)
      await add('one', key, {}, notBefore);
    await queue.start();
    await allDone();
    expect(order).toEqual(['a', 'b', 'c', 'd']);
    expect(most).toBe(2);
  });

  it('is not held up by a kind whose places are all taken', async () => {
    queue.register('slow', {
      handle: (_job, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve(nothing);
          });
        }),
    });
    const done: string[] = [];
    queue.register('quick', {
      handle: async (job) => {
        done.push(job.key);
        return nothing;
      },
    });
    for (let i = 0; i < 120; i++) await add('slow', String(i));
    await add('quick', 'a');
    await queue.start();
    await eventually(async () => done.length === 1);
    expect(done).toEqual(['a']);
  });

  it('does unfinished work again after a crash', async () => {
    let claimed = false;
    queue.register('one', {
      handle: () => {
        claimed = true;
        return new Promise(() => undefined);
      },
    });
    await add('one', 'a');
    await queue.start();
    await eventually(async () => claimed);
    expect((await rows())[0]?.state).toBe('running');
    // The process is gone: its queue never records anything again.
    await database.close();

    await openQueue();
    const done: string[] = [];
    queue.register('one', {
      handle: async (job) => {
        done.push(job.key);
        return nothing;
      },
    });
    await queue.start();
    await allDone();
    expect(done).toEqual(['a']);
  });

  it('undoes the completion when it fails, and does the work again', async () => {
    let runs = 0;
    queue.register('one', {
      handle: async () => async (em) => {
        await queue.add(em, 'one', `follow-up ${++runs}`, {}, { notBefore: Date.now() + 60_000 });
        if (runs === 1) throw new Error('once');
      },
    });
    await add('one', 'a');
    await queue.start();
    const [left] = await eventually(
      async () => (await rows()).filter(({ key }) => key !== 'a').length > 0 && rows(),
    );
    expect(left?.key).toBe('follow-up 2');
  });

  it('waits for a counterparty for as long as it takes, and says for whom', async () => {
    let attempts = 0;
    queue.register('one', {
      maxAttempts: 1,
      handle: async () => {
        if (++attempts < 4) throw new WaitingError('ManufacturerB', 'not there');
        return nothing;
      },
    });
    await add('one', 'a');
    await queue.start();
    const [waiting] = await eventually(async () => {
      const list = await queue.waiting();
      return list.length > 0 && list;
    });
    expect(waiting).toMatchObject({ counterparty: 'ManufacturerB', jobs: 1 });
    await allDone();
    expect(attempts).toBe(4);
    expect(await queue.waiting()).toEqual([]);
  });

  it('gives up after maxAttempts failures, in one transaction with onDead, and can be revived', async () => {
    let failing = true;
    let runs = 0;
    const dead: unknown[] = [];
    queue.register('one', {
      maxAttempts: 2,
      handle: async () => {
        runs++;
        if (failing) throw new Error('broken');
        return nothing;
      },
      onDead: async (em, job, error) => {
        dead.push([job.key, error.message, (await em.findOneBy(JobEntity, { id: job.id }))?.state]);
      },
    });
    await add('one', 'a');
    await queue.start();
    const [letter] = await eventually(async () => {
      const list = await rows();
      return list[0]?.state === 'dead' && list;
    });
    expect(dead).toEqual([['a', 'broken', 'dead']]);
    expect([runs, letter?.attempts, letter?.lastError]).toEqual([2, 2, 'Error: broken']);
    expect(await queue.retry(12345)).toBe(false);
    failing = false;
    expect(await queue.retry(letter!.id)).toBe(true);
    await allDone();
    expect(runs).toBe(3);
  });

  it('gives up at once what can never succeed', async () => {
    queue.register('one', {
      handle: async () => {
        throw new PermanentError('never');
      },
    });
    await add('one', 'a');
    await queue.start();
    const [letter] = await eventually(async () => {
      const list = await rows();
      return list[0]?.state === 'dead' && list;
    });
    expect(letter?.attempts).toBe(1);
    expect(await queue.counts()).toEqual([{ kind: 'one', state: 'dead', count: 1 }]);
  });

  it('puts running work back when it stops, without counting it as a failure', async () => {
    let started = false;
    queue.register('one', {
      maxAttempts: 1,
      handle: (_job, signal) => {
        started = true;
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        });
      },
    });
    await add('one', 'a');
    await queue.start();
    await eventually(async () => started);
    await queue.stop();
    expect(await rows()).toMatchObject([{ state: 'queued', attempts: 0, failures: 0 }]);
  });
});

describe('backoffDelay', () => {
  it('grows from 100 ms to 10 s and stays within them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, random) => {
          const delay = backoffDelay(attempts, random);
          expect(delay).toBeGreaterThanOrEqual(50);
          expect(delay).toBeLessThanOrEqual(LONGEST_DELAY);
          expect(delay).toBeGreaterThanOrEqual(Math.floor(backoffDelay(attempts, 0)));
        },
      ),
    );
    expect([1, 2, 3, 7, 8, 100].map((attempts) => backoffDelay(attempts, 0))).toEqual([
      50, 100, 200, 3_200, 5_000, 5_000,
    ]);
  });
});
