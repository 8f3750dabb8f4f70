import { CsvError, parse } from 'csv-parse/sync';
import { READING_FIELDS, type ReadingField, type ReadingText } from './reading-fields';

/** A row of an import: its number counts the readings from 1, its line is the line of the file. */
export interface ImportRow {
  readonly row: number;
  readonly line: number | null;
  /** The reading as text, or what keeps it from being read. */
  readonly content: ReadingText | { readonly field: string; readonly message: string };
}

/** The first line does not name the columns. */
export class CsvHeaderError extends Error {
  override readonly name = 'CsvHeaderError';
}

/** Longer lines are not parsed: one of 20 MiB could be millions of columns. */
const LONGEST_LINE = 16_384;

/** Lines that are parsed together; between two such pieces other work gets its turn. */
const LINES_AT_ONCE = 500;

/**
 * Reads CSV (RFC 4180; comma, double quotes, LF or CRLF, with or without a byte order mark, empty lines skipped)
 * whose first line names the four columns in any order. No field of a reading can hold a line break, so a row is a
 * line, and a stray quote spoils its own row only.
 * @throws CsvHeaderError
 */
export async function* csvRows(text: string): AsyncGenerator<ImportRow> {
  let columns: readonly ReadingField[] | undefined;
  let row = 0;
  for (const piece of pieces(text)) {
    const records = parseLines(piece.map(({ content }) => content));
    for (const [i, { line }] of piece.entries()) {
      const record = records[i];
      if (columns === undefined) columns = readHeader(record);
      else yield { row: ++row, line, content: readRecord(record, columns) };
    }
    await new Promise(setImmediate);
  }
  if (columns === undefined) readHeader(undefined);
}

/** How many rows the text has, the header not counted; for refusing too many before any is read. */
export function countRows(text: string): number {
  let count = -1;
  const all = lines(text);
  while (all.next().done !== true) count++;
  return Math.max(count, 0);
}

interface Line {
  readonly line: number;
  readonly content: string;
}

function* pieces(text: string): Generator<readonly Line[]> {
  let piece: Line[] = [];
  for (const line of lines(text)) {
    piece.push(line);
    if (piece.length < LINES_AT_ONCE) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** The lines that are not empty, one at a time: a file of 20 million line breaks is not an array of them. */
function* lines(text: string): Generator<Line> {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  for (let line = 1; start < text.length; line++) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    const last = text[end - 1] === '\r' ? end - 1 : end;
    if (last > start) yield { line, content: text.slice(start, last) };
    start = end + 1;
  }
}

/** One record for each line; undefined for a line that cannot be read. */
function parseLines(content: readonly string[]): (readonly string[] | undefined)[] {
  if (content.some((line) => line.length > LONGEST_LINE)) {
    return content.length === 1 ? [undefined] : content.flatMap((line) => parseLines([line]));
  }
  try {
    const records = parse(content.join('\n'), { record_delimiter: '\n', relax_column_count: true });
    if (records.length === content.length) return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return content.length === 1 ? [undefined] : content.flatMap((line) => parseLines([line]));
}

function readHeader(record: readonly string[] | undefined): readonly ReadingField[] {
  const columns = record?.filter((name): name is ReadingField =>
    READING_FIELDS.some((field) => field === name),
  );
  const count = READING_FIELDS.length;
  if (record?.length !== count || new Set(columns).size !== count || !columns) {
    throw new CsvHeaderError(
      `the first line must be ${READING_FIELDS.join(',')} (commas between the columns, UTF-8)`,
    );
  }
  return columns;
}

function readRecord(
  record: readonly string[] | undefined,
  columns: readonly ReadingField[],
): ImportRow['content'] {
  if (record === undefined)
    return { field: 'row', message: 'is too long, or has a quote that does not belong there' };
  const missing = columns[record.length];
  if (missing !== undefined) return { field: missing, message: 'is missing' };
  if (record.length > columns.length) {
    return {
      field: 'row',
      message: `has ${record.length} columns instead of ${columns.length}; text with a comma goes in double quotes, decimals have a point`,
    };
  }
  const entries = columns.map((field, i) => [field, record[i] ?? '']);
  return Object.fromEntries(entries) as ReadingText;
}
