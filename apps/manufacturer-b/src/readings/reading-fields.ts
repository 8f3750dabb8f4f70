import { ComparisonError, encodeReading, fields } from '@tacit/comparison';

/** The fields of a reading as they arrive: text, whatever it says. */
export const READING_FIELDS = ['quantity', 'value', 'takenAt', 'lot'] as const;
export type ReadingField = (typeof READING_FIELDS)[number];
export type ReadingText = Readonly<Record<ReadingField, string>>;

/** More than any field may have; what is longer is refused before it is looked at. */
export const LONGEST_FIELD = 64;

/** The widest encoding there is: what does not fit in its bits may still be a decimal. */
const ANY_DECIMAL = { scale: 18, offset: '0', bits: 64 } as const;

const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

/**
 * ISO 8601 with seconds and a final Z ↦ milliseconds since 1970 UTC; undefined for another form, a day or an hour
 * that does not exist, or a time before 1970.
 */
export function parseTime(text: string): number | undefined {
  if (!UTC_TIME.test(text)) return undefined;
  const time = Date.parse(text);
  // Date.parse reads 30 February as 2 March; the seconds tell.
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 19));
  return real && time >= 0 ? time : undefined;
}

/** What is wrong with a field by itself, whatever else is known; undefined when nothing is. */
export function fieldFault(field: ReadingField, text: string): string | undefined {
  switch (field) {
    case 'quantity':
    case 'lot':
      return labelFault(text);
    case 'takenAt':
      return parseTime(text) === undefined
        ? 'must be a UTC time such as 2026-01-31T00:00:00.000Z'
        : undefined;
    case 'value':
      return decimalFault(text);
  }
}

function labelFault(text: string): string | undefined {
  if (text.trim() !== text) return 'must not begin or end with a space';
  if (text.includes('\uFFFD')) return 'is not UTF-8 text; save the file as UTF-8';
  return fields.label.safeParse(text).success
    ? undefined
    : `must be a name of 1 to ${LONGEST_FIELD} characters without control characters`;
}

function decimalFault(text: string): string | undefined {
  try {
    encodeReading(text, ANY_DECIMAL);
    return undefined;
  } catch (error) {
    if (!(error instanceof ComparisonError)) throw error;
    return error.code === 'reading-out-of-range' ? undefined : error.message;
  }
}
