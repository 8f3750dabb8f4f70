import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, readCursor, toPage, type Page } from '@tacit/company';
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
    const rows = await this.database.read((em) => {
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
      return builder.getMany();
    });
    const position = (row: RequestEntity): [number, string, string] => [
      row.receivedAt,
      row.from,
      row.envelopeId,
    ];
    return toPage(rows, query, position, viewRequest);
  }
}
