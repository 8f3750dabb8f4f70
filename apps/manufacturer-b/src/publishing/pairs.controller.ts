import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, ProblemException, readCursor, toPage, type Page } from '@tacit/company';
import { PairEntity } from '../entities/pair.entity';
import { PairsQuery, PairView, viewPair } from './pairs.dto';

@ApiTags('pairs')
@Controller('pairs')
export class PairsController {
  constructor(private readonly database: Database) {}

  @Get()
  @ApiOperation({ summary: 'Pairs of readings and how far their publication is, the latest first' })
  @ApiPage(PairView)
  async list(@Query() query: PairsQuery): Promise<Page<PairView>> {
    const cursor = readCursor(query, 'number', 'string');
    const rows = await this.database.read((em) => {
      const builder = em
        .createQueryBuilder(PairEntity, 'pair')
        .where(query.agreement === undefined ? {} : { agreementId: query.agreement })
        .orderBy('pair.createdAt', 'DESC')
        .addOrderBy('pair.pairId', 'DESC')
        .take(query.limit + 1);
      if (cursor) {
        const [createdAt, pairId] = cursor;
        builder.andWhere('(pair.createdAt, pair.pairId) < (:createdAt, :pairId)', { createdAt, pairId });
      }
      return builder.getMany();
    });
    return toPage(rows, query, ({ createdAt, pairId }) => [createdAt, pairId], viewPair);
  }

  @Get(':pairId')
  @ApiOperation({ summary: 'One pair' })
  @ApiParam({ name: 'pairId', example: 'pVIDvKDbcRD-2mMAOvxW1A' })
  @ApiOkResponse({ type: PairView })
  async get(@Param('pairId') pairId: string): Promise<PairView> {
    const pair = await this.database.read((em) => em.findOneBy(PairEntity, { pairId }));
    if (!pair) throw new ProblemException('pair-not-found');
    return viewPair(pair);
  }
}
