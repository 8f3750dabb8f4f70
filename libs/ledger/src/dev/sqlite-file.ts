import Database from 'libsql';
import * as fs from 'node:fs';
import { LedgerError } from '../ledger';

/** Longest wait for another process's commit, in milliseconds. */
const BUSY_TIMEOUT = 10_000;
const OPEN_RETRY = 20;

/** A SQLite file that several processes write: WAL mode, every commit synced to disk. */
export class SqliteFile {
  readonly #database: Database.Database;
  /** Statements are prepared once: libsql frees them only with JavaScript's garbage. */
  readonly #statements = new Map<string, Database.Statement>();

  /** Opens or makes the file, readable by its owner only, and runs `schema`, which must be repeatable. */
  constructor(file: string, schema: string) {
    fs.closeSync(fs.openSync(file, 'a', 0o600)); // SQLite's own files take over this mode
    this.#database = open(file, `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`);
  }

  /** The rows of a query. Blobs come as ArrayBuffer. @throws LedgerError `unavailable`, like every method */
  rows<Row>(sql: string, parameters: readonly unknown[] = []): Row[] {
    // One array: libsql takes a lone object, also a Buffer, for named parameters and aborts the process.
    return available(() => this.#prepare(sql).all([...parameters]) as Row[]);
  }

  run(sql: string, parameters: readonly unknown[]): void {
    available(() => this.#prepare(sql).run([...parameters]));
  }

  /** Runs `work` in a write transaction; nothing stays of it when it throws. */
  write<T>(work: () => T): T {
    this.#execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#execute('COMMIT');
      return result;
    } finally {
      if (this.#database.inTransaction) this.#execute('ROLLBACK');
    }
  }

  /** Runs `work` on one unchanging state of the file, whatever others commit meanwhile. */
  async snapshot<T>(work: () => Promise<T>): Promise<T> {
    this.#execute('BEGIN');
    try {
      return await work();
    } finally {
      this.#execute('COMMIT');
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #execute(sql: string): void {
    available(() => this.#database.exec(sql));
  }

  #prepare(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function available<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new LedgerError('unavailable', 'the dev ledger’s files cannot be used', { cause });
  }
}

function open(file: string, schema: string): Database.Database {
  const deadline = Date.now() + BUSY_TIMEOUT;
  for (;;) {
    const database = new Database(file, { timeout: BUSY_TIMEOUT });
    try {
      database.exec(schema);
      return database;
    } catch (error) {
      database.close();
      // SQLite does not wait when two processes switch a new file to WAL at the same moment.
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, OPEN_RETRY);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}
