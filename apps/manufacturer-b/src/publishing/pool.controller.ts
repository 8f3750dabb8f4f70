import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '@tacit/company';
import type { StockedKeyState } from '../entities/stocked-key.entity';
import { distinctKinds, sameKind } from './key-kind';
import { KeyPool } from './key-pool';
import { KeyStock } from './key-stock';
import { PoolView } from './pool.dto';

@ApiTags('pairs')
@Controller('pool')
export class PoolController {
  constructor(
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly pool: KeyPool,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Keys that are stocked, being made and used up' })
  @ApiOkResponse({ type: PoolView })
  async get(): Promise<PoolView> {
    const { demand, counts } = await this.database.read(async (em) => ({
      demand: await this.stock.demand(em, Date.now()),
      counts: await this.stock.count(em),
    }));
    const { making, target, method } = this.pool;
    const items = distinctKinds([...demand, ...counts, ...making]).map((kind) => {
      const count = (...states: readonly StockedKeyState[]): number =>
        counts
          .filter((row) => sameKind(row, kind) && states.includes(row.state))
          .reduce((sum, row) => sum + row.count, 0);
      return {
        ...kind,
        waiting: demand.find((entry) => sameKind(entry, kind))?.waiting ?? 0,
        stocked: count('stocked'),
        used: count('assigned', 'used'),
        destroyed: count('destroyed'),
        making: making
          .filter((key) => sameKind(key, kind))
          .map(({ factorsDone, factorCount, begunAt }) => ({
            factorsDone,
            factorCount,
            begunAt: new Date(begunAt).toISOString(),
          })),
      };
    });
    return { target, method, items };
  }
}
