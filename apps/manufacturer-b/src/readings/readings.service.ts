import { Injectable } from '@nestjs/common';
import { AtRest, Database, ProblemException, readCursor, toPage, type Page } from '@tacit/company';
import { Brackets } from 'typeorm';
import { ReadingEntity } from '../entities/reading.entity';
import { Pairing } from './pairing';
import { fieldFault, type ReadingText } from './reading-fields';
import { ReadingStore } from './reading-store';
import { viewReading } from './reading-view';
import type { ReadingsQuery, ReadingView, RecordedReadingView } from './reading.dto';
import { encodingFaults, RowChecker, type FieldFault } from './row-checker';
import { activeAgreements, EMPTY_SERIES, loadSeries } from './series';

/** Single readings and their corrections. A reading is stored with the pairs it makes, or not at all. */
@Injectable()
export class ReadingsService {
  constructor(
    private readonly database: Database,
    private readonly store: ReadingStore,
    private readonly pairing: Pairing,
    private readonly atRest: AtRest,
  ) {}

  /** @throws ProblemException `bad-reading`, `time-not-after-last` */
  async record(text: ReadingText): Promise<RecordedReadingView> {
    return this.database.transaction(async (em) => {
      const now = Date.now();
      const { quantity } = text;
      const series = await loadSeries(em, now, quantity);
      const checked = new RowChecker(series).check('this reading', text);
      if (!('sequence' in checked)) throw badReading(checked);

      const reading = this.store.seal(checked, now);
      await this.store.insert(em, [reading]);
      const { last, agreements } = series.get(quantity) ?? EMPTY_SERIES;
      const previous =
        last &&
        (await em.findOneByOrFail(ReadingEntity, { quantity, sequence: last.sequence, current: true }));
      const pairs = previous ? await this.pairing.pair(em, agreements, previous, reading) : [];
      return Object.assign(viewReading(this.atRest, reading), { pairs });
    });
  }

  /**
   * Adds a revision with another value and replaces the pairs that the wrong one went into. The same value again
   * changes nothing.
   * @throws ProblemException `not-found`, `bad-reading`
   */
  async correct(quantity: string, sequence: number, value: string): Promise<RecordedReadingView> {
    return this.database.transaction(async (em) => {
      const earlier = await em.findOneBy(ReadingEntity, { quantity, sequence, current: true });
      if (!earlier) {
        throw new ProblemException('not-found', {
          detail: 'no reading has this quantity and sequence number',
          next: 'Choose a reading of GET /readings.',
        });
      }
      const own = fieldFault('value', value);
      const faults =
        own === undefined ? encodingFaults(value, await activeAgreements(em, Date.now(), quantity)) : [own];
      if (faults.length > 0) {
        throw badReading(faults.map((message) => ({ field: 'value', kind: 'bad', message })));
      }
      const before = viewReading(this.atRest, earlier);
      if (before.value === value) return Object.assign(before, { pairs: [] });
      const revised = await this.store.revise(em, earlier, value);
      return Object.assign(viewReading(this.atRest, revised), {
        pairs: await this.pairing.replace(em, revised),
      });
    });
  }

  /** Latest revisions, by quantity and sequence. */
  async list(query: ReadingsQuery): Promise<Page<ReadingView>> {
    const cursor = readCursor(query, 'string', 'number');
    const rows = await this.database.read((em) => {
      const builder = em
        .createQueryBuilder(ReadingEntity, 'r')
        .where({ current: true, ...(query.quantity === undefined ? {} : { quantity: query.quantity }) })
        .orderBy('r.quantity', 'ASC')
        .addOrderBy('r.sequence', 'ASC')
        .take(query.limit + 1);
      if (cursor) {
        const [quantity, sequence] = cursor;
        builder.andWhere(
          new Brackets((where) =>
            where
              .where('r.quantity > :after', { after: quantity })
              .orWhere('r.quantity = :after AND r.sequence > :sequence', { sequence }),
          ),
        );
      }
      return builder.getMany();
    });
    return toPage(
      rows,
      query,
      ({ quantity, sequence }) => [quantity, sequence],
      (row) => viewReading(this.atRest, row),
    );
  }
}

function badReading(faults: readonly FieldFault[]): ProblemException {
  const errors = faults.map(({ field, message }) => ({ path: field, message: `${field}: ${message}` }));
  const late = faults.every(({ kind }) => kind === 'late');
  return new ProblemException(late ? 'time-not-after-last' : 'bad-reading', {
    detail: errors
      .map(({ message }) => message)
      .join('; ')
      .slice(0, 500),
    errors,
  });
}
