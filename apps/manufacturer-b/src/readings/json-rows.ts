import type { ImportRow } from './csv-rows';
import { READING_FIELDS, type ReadingText } from './reading-fields';

/** Rows in which other work gets its turn. */
const ROWS_AT_ONCE = 500;

/** The same rows from JSON. A number is refused: 0.1 has no exact form as one. */
export async function* jsonRows(readings: readonly unknown[]): AsyncGenerator<ImportRow> {
  for (const [i, reading] of readings.entries()) {
    yield { row: i + 1, line: null, content: readObject(reading) };
    if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await new Promise(setImmediate);
  }
}

function readObject(reading: unknown): ImportRow['content'] {
  if (typeof reading !== 'object' || reading === null || Array.isArray(reading)) {
    return { field: 'row', message: `must be an object with ${READING_FIELDS.join(', ')}` };
  }
  const entries = new Map<string, unknown>(Object.entries(reading));
  for (const field of READING_FIELDS) {
    if (!entries.has(field)) return { field, message: 'is missing' };
    if (typeof entries.get(field) !== 'string') return { field, message: 'must be text, in quotes' };
    entries.delete(field);
  }
  if (entries.size > 0) {
    return {
      field: 'row',
      message: `has fields that a reading does not have; only ${READING_FIELDS.join(', ')}`,
    };
  }
  return reading as ReadingText;
}
