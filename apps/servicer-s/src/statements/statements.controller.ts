import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Roles } from '@tacit/company';
import type { Response } from 'express';
import { OrdersService } from '../selling/orders.service';
import { StatementQuery, StatementView } from './statement.dto';
import { statementOf, toCsv } from './statements';

@ApiTags('statements')
@Controller('statements')
export class StatementsController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'What customers ordered and owe; JSON, or CSV for a spreadsheet' })
  @ApiProduces('application/json', 'text/csv')
  @ApiOkResponse({ type: StatementView })
  async get(
    @Query() { format, ...period }: StatementQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StatementView | string> {
    const statement = statementOf(await this.orders.between(period));
    if (format !== 'csv') return statement;
    response.type('text/csv').attachment('statement.csv');
    return toCsv(statement);
  }
}
