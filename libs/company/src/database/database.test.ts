import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Column, Entity, Index, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { JsonColumn, MillisecondsColumn } from './columns';
import { Database } from './database';

@Entity('label')
class Label {
  @PrimaryColumn('text')
  id: string;
}

@Entity('note')
class Note {
  @PrimaryColumn('text')
  id: string;

  @Index()
  @Column('integer')
  amount: number;

  @Column('text', { nullable: true })
  remark: string | null;

  @MillisecondsColumn()
  at: number;

  @JsonColumn()
  content: object;
}

const note = (id: string): { id: string; amount: number; remark: null; at: number; content: object } => ({
  id,
  amount: 1,
  remark: null,
  at: 1764000000000,
  content: { a: [1] },
});

describe('Database', () => {
  let stateDir: string;
  const open: Database[] = [];
  const openDatabase = async (
    options: Partial<Parameters<typeof Database.open>[0]> = {},
  ): Promise<Database> => {
    const database = await Database.open({ stateDir, entities: [Note], ...options });
    open.push(database);
    return database;
  };

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'tacit-database-'));
  });
  afterEach(async () => {
    for (const database of open.splice(0)) await database.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('keeps rows over a restart, with nulls, times beyond 32 bits and JSON', async () => {
    const first = await openDatabase();
    await first.transaction((em) => em.insert(Note, note('a')));
    await first.transaction((em) => em.update(Note, { id: 'a' }, { remark: null }));
    await first.close();
    const second = await openDatabase();
    const found = await second.read((em) => em.findOneByOrFail(Note, { id: 'a' }));
    expect(found).toEqual(Object.assign(new Note(), note('a')));
  });

  it('leaves nothing in its files of what was overwritten or deleted', async () => {
    const canary = 'destroyed-nonce-factor';
    const database = await openDatabase();
    const remark = canary.repeat(1_000);
    await database.transaction((em) => em.insert(Note, [note('kept'), note('gone')]));
    await database.transaction((em) => em.updateAll(Note, { remark }));
    await database.transaction((em) => em.update(Note, { id: 'kept' }, { remark: null }));
    await database.transaction((em) => em.delete(Note, { id: 'gone' }));
    await database.close();
    const told = readdirSync(stateDir).filter((name) => readFileSync(join(stateDir, name)).includes(canary));
    expect(told).toEqual([]);
  });

  it('takes turns: a transaction sees nothing of another that is under way', async () => {
    const database = await openDatabase();
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        database.transaction(async (em) => {
          const before = await em.countBy(Note, {});
          await em.insert(Note, note(String(i)));
          await new Promise(setImmediate);
          seen.push((await em.countBy(Note, {})) - before);
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('undoes a transaction that throws, and only that one', async () => {
    const database = await openDatabase();
    const failing = database.transaction(async (em) => {
      await em.insert(Note, note('lost'));
      throw new Error('no');
    });
    const working = database.transaction((em) => em.insert(Note, note('kept')));
    await expect(failing).rejects.toThrow('no');
    await working;
    expect((await database.read((em) => em.find(Note))).map((row) => row.id)).toEqual(['kept']);
  });

  it('runs effects after the commit, and none of an undone transaction', async () => {
    const database = await openDatabase();
    const effects: string[] = [];
    await database.transaction(async (em) => {
      database.afterCommit(() => effects.push('committed'));
      await em.insert(Note, note('a'));
      expect(effects).toEqual([]);
    });
    await expect(
      database.transaction(async () => {
        database.afterCommit(() => effects.push('undone'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(effects).toEqual(['committed']);
    expect(() => {
      database.afterCommit(() => undefined);
    }).toThrow('afterCommit');
  });

  it('refuses a transaction or a read inside another, and goes on afterwards', async () => {
    const database = await openDatabase();
    await expect(
      database.transaction(() => database.transaction(async () => undefined)),
    ).rejects.toMatchObject({ code: 'nested-transaction' });
    await expect(database.read(() => database.transaction(async () => undefined))).rejects.toMatchObject({
      code: 'nested-transaction',
    });
    await expect(database.transaction(async () => 'still works')).resolves.toBe('still works');
  });

  it('lets work that a transaction has started, and that outlives it, open its own', async () => {
    const database = await openDatabase();
    let later: Promise<unknown> = Promise.resolve();
    await database.transaction(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 5)).then(() =>
        database.transaction(async () => 1),
      );
    });
    await expect(later).resolves.toBe(1);
  });

  it('refuses to write in a read', async () => {
    const database = await openDatabase();
    await expect(database.read((em) => em.insert(Note, note('a')))).rejects.toThrow(/readonly/);
    await database.transaction((em) => em.insert(Note, note('a')));
  });

  it('refuses a state folder that is in use', async () => {
    await openDatabase();
    await expect(openDatabase()).rejects.toMatchObject({ code: 'state-in-use' });
  });

  it('adds missing tables to a database that holds data', async () => {
    const first = await openDatabase();
    await first.transaction((em) => em.insert(Note, note('a')));
    await first.close();
    const second = await openDatabase({ entities: [Note, Label] });
    await second.transaction((em) => em.insert(Label, { id: 'x' }));
    expect(await second.read((em) => em.countBy(Note, {}))).toBe(1);
  });

  describe('when an entity has changed', () => {
    @Entity('note')
    class Changed {
      @PrimaryColumn('text')
      id: string;

      @Column('integer')
      amount: number;

      @Column('text', { default: 'none' })
      extra: string;
    }
    class Slim1764000000000 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query(
          'CREATE TABLE "slim" ("id" text PRIMARY KEY NOT NULL, "amount" integer NOT NULL, "extra" text NOT NULL DEFAULT (\'none\'))',
        );
        await runner.query('INSERT INTO "slim" ("id", "amount") SELECT "id", "amount" FROM "note"');
        await runner.query('DROP TABLE "note"');
        await runner.query('ALTER TABLE "slim" RENAME TO "note"');
      }
      async down(): Promise<void> {
        throw new Error('not undone');
      }
    }

    beforeEach(async () => {
      const database = await openDatabase();
      await database.transaction((em) => em.insert(Note, note('a')));
      await database.close();
    });

    it('refuses to start rather than guess', async () => {
      await expect(openDatabase({ entities: [Changed] })).rejects.toMatchObject({
        code: 'schema-change-needs-migration',
      });
      const database = await openDatabase();
      expect(await database.read((em) => em.countBy(Note, {}))).toBe(1);
    });

    it('runs the migration, once, and keeps the data', async () => {
      for (let start = 0; start < 2; start++) {
        const database = await openDatabase({ entities: [Changed], migrations: [Slim1764000000000] });
        expect(await database.read((em) => em.find(Changed))).toEqual([
          { id: 'a', amount: 1, extra: 'none' },
        ]);
        await database.close();
      }
    });

    it('does not run it on a database that was created with the new form', async () => {
      rmSync(stateDir, { recursive: true, force: true });
      for (let start = 0; start < 2; start++) {
        const database = await openDatabase({ entities: [Changed], migrations: [Slim1764000000000] });
        await database.close();
      }
    });
  });
});
