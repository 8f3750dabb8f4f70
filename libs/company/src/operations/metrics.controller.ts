import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Roles } from '../http/roles';
import { JobQueue } from '../jobs';
import { Metrics } from './metrics';

const MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

@ApiTags('operation')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly queue: JobQueue,
  ) {}

  @Get()
  @Roles('operator', 'auditor')
  @Header('Content-Type', MEDIA_TYPE)
  @ApiOperation({ summary: 'Figures for Prometheus' })
  @ApiProduces(MEDIA_TYPE)
  @ApiOkResponse({ schema: { type: 'string' } })
  async show(): Promise<string> {
    this.metrics.jobs.reset();
    for (const { kind, state, count } of await this.queue.counts())
      this.metrics.jobs.set({ kind, state }, count);
    return this.metrics.registry.metrics();
  }
}
