import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, ProblemException, readCursor, toPage, type Page } from '@tacit/company';
import { MoreThan } from 'typeorm';
import { Purchases } from '../buying/purchases';
import { ComparisonEntity } from '../entities/comparison.entity';
import {
  ComparisonParam,
  ComparisonsBody,
  ComparisonsQuery,
  ComparisonsView,
  ComparisonView,
  ForceBody,
  ForecastView,
  PairIdsBody,
} from './comparison.dto';
import { viewComparisons } from './comparison-views';
import { showForecast } from './forecast';

@ApiTags('comparisons')
@Controller('comparisons')
export class ComparisonsController {
  constructor(
    private readonly database: Database,
    private readonly purchases: Purchases,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Buy and compare pairs',
    description:
      'Each pair has one comparison: asked for again, it is the same one and costs nothing more. Pairs that will probably not be answered are refused before anything is bought, unless force is true.',
  })
  @ApiAcceptedResponse({ type: ComparisonsView })
  async create(@Body() { pairIds, force }: ComparisonsBody): Promise<ComparisonsView> {
    const comparisons = await this.purchases.buy(pairIds, force);
    return { items: await this.#view(comparisons) };
  }

  @Post('forecast')
  @HttpCode(200)
  @ApiOperation({ summary: 'What comparing these pairs would cost in money and answers; nothing is bought' })
  @ApiOkResponse({ type: ForecastView })
  async forecast(@Body() { pairIds }: PairIdsBody): Promise<ForecastView> {
    const { advice, budgets } = await this.purchases.forecast(pairIds);
    return showForecast(advice, budgets);
  }

  @Get()
  @ApiOperation({ summary: 'Comparisons, the oldest first' })
  @ApiPage(ComparisonView)
  async list(@Query() query: ComparisonsQuery): Promise<Page<ComparisonView>> {
    const rows = await this.#read(query);
    const views = await this.#view(rows);
    const byId = new Map(views.map((view) => [view.id, view]));
    const page = toPage(
      rows,
      query,
      ({ createdAt, id }) => [createdAt, id],
      ({ id }) => byId.get(id),
    );
    return { ...page, items: page.items.filter((item) => item !== undefined) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One comparison with its history' })
  @ApiOkResponse({ type: ComparisonView })
  async get(@Param() { id }: ComparisonParam): Promise<ComparisonView> {
    const comparison = await this.database.read((em) => em.findOneBy(ComparisonEntity, { id }));
    return this.#viewOne(comparison);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Try a comparison again that has ended without an outcome',
    description: 'An order that is paid for is used again; one that was refused or credited is made anew.',
  })
  @ApiAcceptedResponse({ type: ComparisonView })
  async retry(@Param() { id }: ComparisonParam, @Body() body?: ForceBody): Promise<ComparisonView> {
    return this.#viewOne(await this.purchases.retry(id, body?.force ?? false));
  }

  #read(query: ComparisonsQuery): Promise<ComparisonEntity[]> {
    const filter = {
      ...(query.state !== undefined && { state: query.state }),
      ...(query.agreement !== undefined && { agreementId: query.agreement }),
    };
    const after = readCursor(query, 'number', 'string');
    const where =
      after === undefined
        ? filter
        : [
            { ...filter, createdAt: MoreThan(after[0]) },
            { ...filter, createdAt: after[0], id: MoreThan(after[1]) },
          ];
    return this.database.read((em) =>
      em.find(ComparisonEntity, {
        where,
        order: { createdAt: 'ASC', id: 'ASC' },
        take: query.limit + 1,
      }),
    );
  }

  #view(comparisons: readonly ComparisonEntity[]): Promise<ComparisonView[]> {
    return this.database.read((em) => viewComparisons(em, comparisons, Date.now()));
  }

  async #viewOne(comparison: ComparisonEntity | null): Promise<ComparisonView> {
    const [view] = comparison === null ? [] : await this.#view([comparison]);
    if (view === undefined) throw new ProblemException('comparison-not-found');
    return view;
  }
}
