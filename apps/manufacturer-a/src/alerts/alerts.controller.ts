import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiPage, Database, PageQuery, readCursor, toPage, type Page } from '@tacit/company';
import { firstReadings } from '../changes/series';
import type { AlertRuleEntity } from '../entities/alert.entity';
import { AlertBody, AlertRuleView, showRule } from './alert.dto';
import { AlertRules } from './alert-rules';

@ApiTags('alerts')
@Controller('alerts')
export class AlertsController {
  constructor(
    private readonly rules: AlertRules,
    private readonly database: Database,
  ) {}

  @Post()
  @ApiOperation({
    summary:
      'Tell of changes that are certainly at least the limit; sets the rule of a quantity and direction',
    description:
      'Only outcomes under the measure `magnitude` can fire it: under `bit` the least possible change is one step, whatever happened.',
  })
  @ApiCreatedResponse({ type: AlertRuleView })
  async put(@Body() body: AlertBody): Promise<AlertRuleView> {
    const rule = await this.rules.put(body);
    const [view] = await this.#show([rule]);
    return view as AlertRuleView;
  }

  @Get()
  @ApiOperation({ summary: 'The rules, each with what fired' })
  @ApiPage(AlertRuleView)
  async list(@Query() query: PageQuery): Promise<Page<AlertRuleView>> {
    const rows = await this.rules.list(query.limit + 1, readCursor(query, 'number', 'string'));
    const views = await this.#show(rows);
    const byId = new Map(views.map((view) => [view.id, view]));
    return toPage(
      rows,
      query,
      ({ createdAt, id }) => [createdAt, id],
      ({ id }) => byId.get(id) as AlertRuleView,
    );
  }

  async #show(rules: readonly AlertRuleEntity[]): Promise<AlertRuleView[]> {
    const firstOf = await this.database.read(firstReadings);
    return Promise.all(rules.map(async (rule) => showRule(rule, await this.rules.fired(rule.id), firstOf)));
  }
}
