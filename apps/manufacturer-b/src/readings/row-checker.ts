import { ComparisonError, encodeReading } from '@tacit/comparison';
import type { AgreementEntity } from '../entities/agreement.entity';
import { fieldFault, parseTime, READING_FIELDS, type ReadingField, type ReadingText } from './reading-fields';
import { EMPTY_SERIES, type Series } from './series';

/** A reading that may be stored, with its place in its quantity's sequence. */
export interface CheckedReading {
  readonly quantity: string;
  readonly sequence: number;
  readonly value: string;
  readonly takenAt: number;
  readonly lot: string;
}

export interface FieldFault {
  readonly field: ReadingField;
  /** `late` when only the order of the readings is wrong. */
  readonly kind: 'bad' | 'late';
  /** For people; never repeats the value. */
  readonly message: string;
}

interface Tail {
  readonly sequence: number;
  readonly takenAt: number;
  /** How the caller finds the reading. */
  readonly name: string;
}

/** Checks readings one after the other, each as if the good ones before it had been stored. */
export class RowChecker {
  readonly #tails = new Map<string, Tail>();

  constructor(private readonly series: ReadonlyMap<string, Series>) {}

  /**
   * @param name how the caller finds this reading when a later one contradicts it, such as `row 3`
   * @returns the reading, or everything that is wrong with it
   */
  check(name: string, text: ReadingText): CheckedReading | readonly FieldFault[] {
    const faults: FieldFault[] = READING_FIELDS.flatMap((field) => {
      const message = fieldFault(field, text[field]);
      return message === undefined ? [] : [{ field, kind: 'bad' as const, message }];
    });
    const bad = (field: ReadingField): boolean => faults.some((fault) => fault.field === field);
    const { quantity, value, lot } = text;
    const takenAt = parseTime(text.takenAt);
    if (bad('quantity')) return faults;

    const series = this.series.get(quantity) ?? EMPTY_SERIES;
    if (!bad('value')) {
      faults.push(
        ...encodingFaults(value, series.agreements).map((message): FieldFault => ({
          field: 'value',
          kind: 'bad',
          message,
        })),
      );
    }
    const tail = this.#tails.get(quantity) ?? (series.last && { ...series.last, name: 'the last reading' });
    if (takenAt !== undefined && tail && takenAt <= tail.takenAt) {
      faults.push({ field: 'takenAt', kind: 'late', message: `must be later than ${tail.name}` });
    }
    if (takenAt === undefined || faults.length > 0) return faults;
    const sequence = (tail?.sequence ?? 0) + 1;
    this.#tails.set(quantity, { sequence, takenAt, name });
    return { quantity, sequence, value, takenAt, lot };
  }
}

/** Why agreements cannot encode a value, one sentence for each that cannot. */
export function encodingFaults(value: string, agreements: readonly AgreementEntity[]): string[] {
  return agreements.flatMap(({ terms, version }) => {
    try {
      encodeReading(value, terms);
      return [];
    } catch (error) {
      if (!(error instanceof ComparisonError)) throw error;
      return [`${error.message} (agreement ${terms.id}, version ${version}, with ${terms.evaluator})`];
    }
  });
}
