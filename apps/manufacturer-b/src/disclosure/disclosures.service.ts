import { Injectable } from '@nestjs/common';
import { AtRest, Database, readCursor, toPage, type Page } from '@tacit/company';
import { comparedValues, conclude, encodeReading } from '@tacit/comparison';
import { Brackets, In, type EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { AnswerEntity } from '../entities/answer.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { openReading } from '../readings/sealed-reading';
import { agreementUse } from './agreement-budget';
import type { DisclosuresQuery, DisclosureView } from './disclosure.dto';
import { QuantityBudget } from './quantity-budget';
import { boundaryInWords, changeInWords } from './words';

/** An answer with everything that says what it means. */
interface Disclosure {
  readonly answer: AnswerEntity;
  readonly agreement: AgreementEntity;
  readonly pair: PairEntity;
  readonly x: ReadingEntity;
  readonly y: ReadingEntity;
  readonly budgetLeft: DisclosureView['budgetLeft'];
}

/** What every answer told, and whom. */
@Injectable()
export class DisclosuresService {
  constructor(
    private readonly database: Database,
    private readonly budget: QuantityBudget,
    private readonly atRest: AtRest,
  ) {}

  /** The latest first. */
  async list(query: DisclosuresQuery): Promise<Page<DisclosureView>> {
    const cursor = readCursor(query, 'number', 'string');
    const disclosures = await this.database.read(async (em) => {
      const builder = em
        .createQueryBuilder(AnswerEntity, 'a')
        .where({
          ...(query.quantity === undefined ? {} : { quantity: query.quantity }),
          ...(query.agreement === undefined ? {} : { agreementId: query.agreement }),
        })
        .orderBy('a.answeredAt', 'DESC')
        .addOrderBy('a.requestId', 'DESC')
        .take(query.limit + 1);
      if (cursor) {
        const [answeredAt, requestId] = cursor;
        builder.andWhere(
          new Brackets((where) =>
            where
              .where('a.answeredAt < :answeredAt', { answeredAt })
              .orWhere('a.answeredAt = :answeredAt AND a.requestId < :requestId', { requestId }),
          ),
        );
      }
      return this.#complete(em, await builder.getMany());
    });
    return toPage(
      disclosures,
      query,
      ({ answer }) => [answer.answeredAt, answer.requestId],
      (disclosure) => this.#view(disclosure),
    );
  }

  async #complete(em: EntityManager, answers: readonly AnswerEntity[]): Promise<Disclosure[]> {
    const pairs = await byId(
      em,
      PairEntity,
      'pairId',
      answers.map(({ pairId }) => pairId),
    );
    const agreements = await byId(
      em,
      AgreementEntity,
      'agreementHash',
      answers.map(({ agreementHash }) => agreementHash),
    );
    const readings = await byId(
      em,
      ReadingEntity,
      'id',
      [...pairs.values()].flatMap(({ readingX, readingY }) => [readingX, readingY]),
    );
    const left = await this.#budgetLeft(em, answers);
    return answers.map((answer) => {
      const pair = known(pairs, answer.pairId);
      return {
        answer,
        pair,
        agreement: known(agreements, answer.agreementHash),
        x: known(readings, pair.readingX),
        y: known(readings, pair.readingY),
        budgetLeft: left(answer),
      };
    });
  }

  async #budgetLeft(
    em: EntityManager,
    answers: readonly AnswerEntity[],
  ): Promise<(answer: AnswerEntity) => DisclosureView['budgetLeft']> {
    const agreementIds = [...new Set(answers.map(({ agreementId }) => agreementId))];
    const inForce = await em.findBy(AgreementEntity, { agreementId: In(agreementIds), status: 'accepted' });
    const use = await agreementUse(em, inForce);
    const quantities = new Map<string, number | null>();
    for (const { quantity } of answers) {
      if (!quantities.has(quantity)) quantities.set(quantity, await this.budget.left(em, quantity));
    }
    return ({ agreementId, quantity }) => ({
      agreement: use.get(agreementId)?.answersLeft ?? 0,
      quantity: quantities.get(quantity) ?? null,
    });
  }

  #view({ answer, agreement: { terms }, pair, x, y, budgetLeft }: Disclosure): DisclosureView {
    const { requestId, pairId, agreementId, quantity, evaluator, recorded, verdict } = answer;
    const { direction, index } = answer.answer;
    const outcome = conclude(terms, { direction, index });
    const change = `${changeInWords(quantity, outcome)} from reading ${pair.sequenceX} to reading ${pair.sequenceY}`;
    const learned = [change];
    if (terms.measure === 'bit' && index !== null) {
      const [earlier, later] = [x, y].map((reading) =>
        encodeReading(openReading(this.atRest, reading).value, terms),
      );
      learned.push(boundaryInWords(comparedValues('bit', earlier ?? 0n, later ?? 0n), index, terms));
    }
    return {
      requestId,
      to: evaluator,
      agreementId,
      pairId,
      quantity,
      measure: terms.measure,
      sequence: { x: pair.sequenceX, y: pair.sequenceY },
      takenAt: { x: new Date(x.takenAt).toISOString(), y: new Date(y.takenAt).toISOString() },
      direction,
      index,
      range: outcome.range,
      answeredAt: new Date(answer.answeredAt).toISOString(),
      recorded,
      verdict,
      learned,
      budgetLeft,
    };
  }
}

/** Rows by their key; a page has few enough ids for one IN. */
async function byId<Row extends object>(
  em: EntityManager,
  entity: new () => Row,
  key: keyof Row & string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const where = { [key]: In([...new Set(ids)]) } as Parameters<typeof em.findBy<Row>>[1];
  const rows = await em.findBy(entity, where);
  return new Map(rows.map((row) => [String(row[key]), row]));
}

/** An answer is stored after its pair, its agreement and its readings, and none of them is ever deleted. */
function known<Row>(rows: ReadonlyMap<string, Row>, id: string): Row {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`a row that an answer refers to is missing: ${id}`);
  return row;
}
