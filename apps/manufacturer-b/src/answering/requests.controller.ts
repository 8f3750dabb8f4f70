import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, readCursor, toPage, type Page } from '@tacit/company';
import { In } from 'typeorm';
import { AnswerEntity } from '../entities/answer.entity';
import { RequestEntity } from '../entities/request.entity';
import { RequestsQuery, RequestView, viewRequest } from './requests.dto';

@ApiTags('requests')
@Controller('requests')
export class RequestsController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Requests for an answer and what became of them, the latest first' })
  @ApiPage(RequestView)
  async list(@Query() query: RequestsQuery): Promise<Page<RequestView>> {
    const cursor = readCursor(query, 'number', 'string', 'string');
    const { rows, answers } = await this.database.read(async (em) => {
      const builder = em
        .createQueryBuilder(RequestEntity, 'request')
        .where(query.state === undefined ? {} : { state: query.state })
        .orderBy('request.receivedAt', 'DESC')
        .addOrderBy('request.from', 'DESC')
        .addOrderBy('request.envelopeId', 'DESC')
        .take(query.limit + 1);
      if (cursor) {
        const [receivedAt, from, envelopeId] = cursor;
        builder.andWhere(
          '(request.receivedAt, request.from, request.envelopeId) < (:receivedAt, :from, :envelopeId)',
          { receivedAt, from, envelopeId },
        );
      }
      const found = await builder.getMany();
      const requestId = In(found.filter(({ state }) => state === 'answered').map((row) => row.requestId));
      return { rows: found, answers: await em.findBy(AnswerEntity, { requestId }) };
    });
    const position = (row: RequestEntity): [number, string, string] => [
      row.receivedAt,
      row.from,
      row.envelopeId,
    ];
    const verdicts = new Map(answers.map(({ requestId, verdict }) => [requestId, verdict]));
    return toPage(rows, query, position, (row) => viewRequest(row, verdicts.get(row.requestId) ?? null));
  }
}
