import type { DataSource } from 'typeorm';
import { DatabaseError } from './errors';

/**
 * Brings the tables to what the entities say, without ever changing a table that holds data on its own initiative.
 *
 * A new database is created from the entities, and every migration counts as done. An existing one first runs the
 * migrations it has not seen; then the tables are compared with the entities. What is only missing (a table, an
 * index) is created; any other difference stops the start.
 * @throws DatabaseError `schema-change-needs-migration`, with the statements that a migration should replace.
 */
export async function prepareSchema(dataSource: DataSource): Promise<void> {
  const existing = await tableNames(dataSource);
  const isNew = existing.size === 0;
  if (!isNew) await dataSource.runMigrations({ transaction: 'each' });

  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  const statements = upQueries.map((query) => query.query);
  const changes = statements.filter((statement) => changesExisting(statement, existing));
  if (changes.length > 0) {
    throw new DatabaseError(
      'schema-change-needs-migration',
      `the entities differ from the stored tables; write a migration that does: ${changes.join('; ')}`,
    );
  }
  if (statements.length > 0) await dataSource.synchronize();
  if (isNew) await dataSource.runMigrations({ fake: true });
}

async function tableNames(dataSource: DataSource): Promise<ReadonlySet<string>> {
  const runner = dataSource.createQueryRunner();
  try {
    const tables = await runner.getTables();
    return new Set(tables.map((table) => table.name));
  } finally {
    await runner.release();
  }
}

/** true for a statement that drops, alters or rewrites a table that was there before. */
function changesExisting(statement: string, existing: ReadonlySet<string>): boolean {
  if (/^CREATE (UNIQUE )?INDEX /.test(statement)) return false;
  const named = [...statement.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  if (/^CREATE TABLE /.test(statement)) return existing.has((named[0] ?? '').replace(/^temporary_/, ''));
  return named.some((name) => existing.has(name)) || /^DROP INDEX /.test(statement);
}
