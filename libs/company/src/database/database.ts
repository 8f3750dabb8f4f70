import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { DataSource, type EntityManager, type MigrationInterface } from 'typeorm';
import { DatabaseError } from './errors';
import { LibsqlDatabase } from './libsql';
import { Mutex } from './mutex';
import { prepareSchema } from './schema';
import { lockState } from './state-lock';

export type EntityClass = new () => object;

export interface DatabaseOptions {
  readonly stateDir: string;
  readonly entities: readonly EntityClass[];
  /** Changes to tables that already hold data, oldest first (TypeORM: the class name ends in a timestamp). */
  readonly migrations?: readonly (new () => MigrationInterface)[];
}

/** Row changes that go into every transaction of a piece of work. */
export type Companion = (em: EntityManager) => Promise<void>;

interface Turn {
  readonly kind: 'transaction' | 'read';
  open: boolean;
  readonly afterCommit: (() => void)[];
}

/**
 * The company's own database. Everything durable is a set of row changes and jobs in ONE `transaction`.
 *
 * TypeORM's SQLite driver has a single connection, on which concurrent transactions would run into each other, so
 * all work takes turns. Keep the work short, and do nothing in it but database calls: whoever waits for a network
 * or a worker in here stops the whole company.
 */
export class Database {
  readonly #turns = new Mutex();
  readonly #current = new AsyncLocalStorage<Turn>();
  readonly #companion = new AsyncLocalStorage<{ readonly companion: Companion; active: boolean }>();
  /** Effects run in the context in which the database was opened: what they start belongs to no request. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #closed = false;

  private constructor(
    private readonly dataSource: DataSource,
    private readonly unlock: () => void,
  ) {}

  /** Opens (or creates) `company.sqlite` in the state folder. @throws DatabaseError */
  static async open(options: DatabaseOptions): Promise<Database> {
    const unlock = lockState(options.stateDir);
    const dataSource = new DataSource({
      type: 'better-sqlite3',
      driver: LibsqlDatabase,
      database: join(options.stateDir, 'company.sqlite'),
      enableWAL: true,
      prepareDatabase: (connection: LibsqlDatabase) => {
        connection.pragma('busy_timeout = 5000');
        connection.pragma('journal_mode = WAL');
        // An acknowledged message or job must survive a power cut, not only a crash.
        connection.pragma('synchronous = FULL');
        // A destroyed key or nonce factor must not stay readable in a free page, nor in the log of an earlier run.
        connection.pragma('secure_delete = ON');
        connection.pragma('wal_checkpoint(TRUNCATE)');
        // What is overwritten or deleted, such as a key that was used up, does not stay behind in a free page.
        connection.pragma('secure_delete = ON');
      },
      entities: [...options.entities],
      migrations: [...(options.migrations ?? [])],
      synchronize: false,
      logging: false,
    });
    try {
      await dataSource.initialize();
      await prepareSchema(dataSource);
    } catch (error) {
      if (dataSource.isInitialized) await dataSource.destroy();
      unlock();
      throw error;
    }
    return new Database(dataSource, unlock);
  }

  /**
   * Runs `work` in a transaction: committed and on disk when the promise resolves, undone when `work` throws.
   * @throws DatabaseError `nested-transaction` when called from inside another turn: pass its EntityManager on.
   */
  transaction<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    const accompanied = this.#companion.getStore();
    return this.#turn('transaction', () =>
      this.dataSource.transaction(async (em) => {
        const result = await work(em);
        if (accompanied?.active === true) await accompanied.companion(em);
        return result;
      }),
    );
  }

  /** Runs `work`; each transaction that it opens also does what the companion does, or neither happens. */
  async accompanied<T>(companion: Companion, work: () => Promise<T>): Promise<T> {
    const store = { companion, active: true };
    try {
      return await this.#companion.run(store, work);
    } finally {
      store.active = false;
    }
  }

  /** Runs `work` between transactions, so that it sees one state. Writing in it is refused by the database. */
  read<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.#turn('read', async () => {
      await this.dataSource.query('PRAGMA query_only = ON');
      try {
        return await work(this.dataSource.manager);
      } finally {
        await this.dataSource.query('PRAGMA query_only = OFF');
      }
    });
  }

  /** Runs `effect` once the transaction that is under way has committed; never when it is undone. */
  afterCommit(effect: () => void): void {
    const turn = this.#current.getStore();
    if (turn?.kind !== 'transaction' || !turn.open) {
      throw new DatabaseError('not-in-transaction', 'afterCommit is for work inside Database.transaction');
    }
    turn.afterCommit.push(effect);
  }

  /** Waits for the work under way and closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turns.run(async () => {
      await this.dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
      await this.dataSource.destroy();
    });
    this.unlock();
  }

  async #turn<T>(kind: Turn['kind'], work: () => Promise<T>): Promise<T> {
    if (this.#current.getStore()?.open === true) {
      throw new DatabaseError(
        'nested-transaction',
        'a transaction was opened inside another; pass its EntityManager',
      );
    }
    if (this.#closed) throw new DatabaseError('closed', 'the database is closed');
    const turn: Turn = { kind, open: true, afterCommit: [] };
    const result = await this.#turns.run(() =>
      this.#current.run(turn, async () => {
        try {
          return await work();
        } finally {
          turn.open = false;
        }
      }),
    );
    for (const effect of turn.afterCommit) this.#outside(effect);
    return result;
  }
}
