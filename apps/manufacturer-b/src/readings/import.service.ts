import { Injectable } from '@nestjs/common';
import { Database, ProblemException, type FieldError } from '@tacit/company';
import type { EntityManager } from 'typeorm';
import type { ReadingEntity } from '../entities/reading.entity';
import { countRows, CsvHeaderError, csvRows, type ImportRow } from './csv-rows';
import { ImportForecast } from './forecast';
import { ImportPairing } from './import-pairing';
import { jsonRows } from './json-rows';
import { READING_FIELDS } from './reading-fields';
import { ReadingStore } from './reading-store';
import type { ForecastView, ImportView } from './reading.dto';
import { RowChecker, type CheckedReading } from './row-checker';
import { EMPTY_SERIES, loadSeries, sameSeries, type Series } from './series';

const MOST_ROWS = 100_000;

/** Other readings or a new agreement came in between: nothing is stored. */
class SeriesChanged extends Error {}

/** How often an import is checked anew because other readings or a new agreement came in between. */
const MOST_CHECKS = 3;

/** Rows that are sealed together; between two such pieces other work gets its turn. */
const ROWS_AT_ONCE = 500;

interface CheckedImport {
  readonly readings: readonly CheckedReading[];
  /** Readings of each quantity. */
  readonly rows: ReadonlyMap<string, number>;
  /** As it was when the rows were checked. */
  readonly series: ReadonlyMap<string, Series>;
}

/** Many readings at once: all are good and all are stored, or every bad row is named and none is. */
@Injectable()
export class ImportService {
  constructor(
    private readonly database: Database,
    private readonly store: ReadingStore,
    private readonly forecasts: ImportForecast,
    private readonly pairing: ImportPairing,
  ) {}

  /**
   * @param body CSV text, or `{ readings }` as parsed from JSON
   * @throws ProblemException `bad-row` naming every bad row, `payload-too-large`, `validation-failed`, `conflict`
   */
  async import(body: unknown, dryRun: boolean): Promise<ImportView> {
    for (let checks = 0; checks < MOST_CHECKS; checks++) {
      const checked = await this.#check(rowsOf(body));
      const forecast = dryRun
        ? await this.database.read((em) => this.#forecast(em, checked))
        : await this.#store(checked);
      if (!forecast) continue;
      return { rows: checked.readings.length, pairs: forecast.pairs, stored: !dryRun, forecast };
    }
    throw new ProblemException('conflict', {
      detail: 'readings or agreements kept changing while the import was checked',
      next: 'Import again when no other readings of these quantities arrive.',
    });
  }

  async #check(rows: AsyncIterable<ImportRow>): Promise<CheckedImport> {
    const series = await this.database.read((em) => loadSeries(em, Date.now()));
    const checker = new RowChecker(series);
    const readings: CheckedReading[] = [];
    const errors: FieldError[] = [];
    const counts = new Map<string, number>();
    try {
      for await (const { row, line, content } of rows) {
        const result = 'message' in content ? [content] : checker.check(`row ${row}`, content);
        if (!('sequence' in result)) {
          errors.push(...result.map(({ field, message }) => rowError(row, line, field, message)));
          continue;
        }
        counts.set(result.quantity, (counts.get(result.quantity) ?? 0) + 1);
        readings.push(result);
      }
    } catch (error) {
      if (!(error instanceof CsvHeaderError)) throw error;
      errors.push(rowError(0, 1, 'header', error.message));
    }
    if (errors.length > 0) throw badRows(errors);
    if (readings.length === 0) {
      throw new ProblemException('validation-failed', { detail: 'there are no readings to import' });
    }
    return { readings, rows: counts, series };
  }

  #forecast(em: EntityManager, { rows, series }: CheckedImport): Promise<ForecastView> {
    return this.forecasts.forecast(em, rows, series);
  }

  /** @returns null when the check does not hold any more; the transaction is undone then, whatever else is in it */
  async #store(checked: CheckedImport): Promise<ForecastView | null> {
    const recordedAt = Date.now();
    const sealed: ReadingEntity[] = [];
    for (const [i, reading] of checked.readings.entries()) {
      sealed.push(this.store.seal(reading, recordedAt));
      if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await new Promise(setImmediate);
    }
    const work = async (em: EntityManager): Promise<ForecastView> => {
      const now = await loadSeries(em, recordedAt);
      const seriesOf = (all: ReadonlyMap<string, Series>, quantity: string): Series =>
        all.get(quantity) ?? EMPTY_SERIES;
      for (const quantity of checked.rows.keys()) {
        if (!sameSeries(seriesOf(now, quantity), seriesOf(checked.series, quantity)))
          throw new SeriesChanged();
      }
      const forecast = await this.#forecast(em, checked);
      await this.store.insert(em, sealed);
      for (const [quantity, count] of checked.rows) {
        const { last, agreements } = seriesOf(now, quantity);
        const from = (last?.sequence ?? 0) + 1;
        const agreementIds = agreements.map(({ agreementId }) => agreementId);
        await this.pairing.add(em, { quantity, from, to: from + count - 1, agreementIds });
      }
      return forecast;
    };
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (error instanceof SeriesChanged) return null;
      throw error;
    }
  }
}

function rowsOf(body: unknown): AsyncIterable<ImportRow> {
  if (typeof body === 'string') {
    if (countRows(body) > MOST_ROWS) throw tooManyRows();
    return csvRows(body);
  }
  const keys = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const [first] = keys;
  if (keys.length !== 1 || first?.[0] !== 'readings' || !Array.isArray(first[1])) {
    throw new ProblemException('validation-failed', {
      detail: 'the body is neither CSV nor an object with an array of readings',
      next: `Send text/csv with the columns ${READING_FIELDS.join(',')}, or {"readings": […]}.`,
    });
  }
  const readings: readonly unknown[] = first[1];
  if (readings.length > MOST_ROWS) throw tooManyRows();
  return jsonRows(readings);
}

function rowError(row: number, line: number | null, field: string, message: string): FieldError {
  const path = field === 'row' || field === 'header' ? `rows[${row}]` : `rows[${row}].${field}`;
  return { path, row, ...(line === null ? {} : { line }), field, message };
}

function badRows(errors: readonly FieldError[]): ProblemException {
  const rows = new Set(errors.map(({ row }) => row)).size;
  return new ProblemException('bad-row', {
    detail: `${rows} ${rows === 1 ? 'row is' : 'rows are'} not acceptable; nothing was stored`,
    errors,
  });
}

function tooManyRows(): ProblemException {
  return new ProblemException('payload-too-large', {
    detail: `an import has at most ${MOST_ROWS.toLocaleString('en')} readings`,
    next: 'Split the file and import the parts one after the other, in the order of their times.',
  });
}
