import { SqliteFile } from './sqlite-file';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (
    key_hash TEXT NOT NULL,
    tx_id TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (key_hash, tx_id)
  );`;

/**
 * One private collection's file, in its members' hands only.
 *
 * Order of a commit over two files: while the channel's write lock is held, the private values are committed here
 * first, under their transaction's id; then the channel commits the block that names this id. A crash in between
 * leaves values that no block names: nobody can read them, and the next opening erases them.
 */
export class CollectionStore {
  readonly #file: SqliteFile;

  constructor(file: string) {
    this.#file = new SqliteFile(file, SCHEMA);
  }

  read(keyHash: string, txId: string): Uint8Array | undefined {
    const [row] = this.#file.rows<{ value: ArrayBuffer }>(
      'SELECT value FROM records WHERE key_hash = ? AND tx_id = ?',
      [keyHash, txId],
    );
    return row && new Uint8Array(row.value);
  }

  /** Commits a transaction's values before the channel names them. */
  write(txId: string, records: readonly { readonly keyHash: string; readonly value: Uint8Array }[]): void {
    this.#file.write(() => {
      for (const { keyHash, value } of records) {
        this.#file.run('INSERT OR REPLACE INTO records VALUES (?, ?, ?)', [keyHash, txId, value]);
      }
    });
  }

  /** Erases what a crash has left. Call while the channel's write lock is held: else it may still be named. */
  eraseUnnamed(isNamed: (txId: string) => boolean): void {
    for (const { txId } of this.#file.rows<{ txId: string }>('SELECT DISTINCT tx_id AS txId FROM records')) {
      if (!isNamed(txId)) this.#file.run('DELETE FROM records WHERE tx_id = ?', [txId]);
    }
  }

  close(): void {
    this.#file.close();
  }
}
