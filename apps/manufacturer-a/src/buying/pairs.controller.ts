import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, readCursor, toPage, type Page } from '@tacit/company';
import { MoreThan } from 'typeorm';
import { PairEntity } from '../entities/pair.entity';
import { PurchaseAdvisor } from './advisor';
import { PairsQuery, PairView, showPair } from './pair.dto';

@ApiTags('buying')
@Controller('pairs')
export class PairsController {
  constructor(
    private readonly database: Database,
    private readonly advisor: PurchaseAdvisor,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Pairs published to this company, with price and prospect of an answer' })
  @ApiPage(PairView)
  async list(@Query() query: PairsQuery): Promise<Page<PairView>> {
    const pairs = await this.#read(query);
    const { advice } = await this.advisor.advise(pairs, false);
    return toPage(advice, query, ({ pair }) => [pair.publishedAt, pair.pairId], showPair);
  }

  #read(query: PairsQuery): Promise<PairEntity[]> {
    const filter = query.agreement === undefined ? {} : { agreementId: query.agreement };
    const after = readCursor(query, 'number', 'string');
    const where =
      after === undefined
        ? filter
        : [
            { ...filter, publishedAt: MoreThan(after[0]) },
            { ...filter, publishedAt: after[0], pairId: MoreThan(after[1]) },
          ];
    return this.database.read((em) =>
      em.find(PairEntity, {
        where,
        order: { publishedAt: 'ASC', pairId: 'ASC' },
        take: query.limit + 1,
      }),
    );
  }
}
