import * as path from 'node:path';
import Database from 'libsql';
import { B, type TestNetwork } from '../support';

export interface RequestRow {
  readonly from: string;
  readonly envelopeId: string;
  readonly state: string;
  readonly reason: string | null;
}

/** B's database, read beside the running process: what an attack has left there. */
export class SeenByB {
  readonly #database: Database.Database;

  constructor(network: TestNetwork) {
    this.#database = new Database(path.join(network.stateDir(B), 'company.sqlite'), {
      readonly: true,
    });
  }

  /** Requests for an answer that came past the inbox, by their envelopes. */
  requests(): ReadonlyMap<string, RequestRow> {
    const rows = this.#rows<RequestRow>('SELECT "from", envelopeId, state, reason FROM request');
    return new Map(rows.map((row) => [row.envelopeId, row]));
  }

  /** Why envelopes were refused at the door, the oldest first. */
  refusals(): readonly string[] {
    return this.#rows<{ reason: string }>('SELECT reason FROM refusal ORDER BY id').map(
      ({ reason }) => reason,
    );
  }

  /** Answers that were given, and how many of them B has charged to the quantities' budgets. */
  given(): { readonly answers: number; readonly charged: number } {
    const [row] = this.#rows<{ answers: number; charged: number }>(
      `SELECT (SELECT COUNT(*) FROM answer) AS answers,
              (SELECT COALESCE(SUM(used), 0) FROM quantity_budget) AS charged`,
    );
    return { answers: row?.answers ?? 0, charged: row?.charged ?? 0 };
  }

  close(): void {
    this.#database.close();
  }

  #rows<Row>(sql: string): Row[] {
    return this.#database.prepare(sql).all([]) as Row[];
  }
}
