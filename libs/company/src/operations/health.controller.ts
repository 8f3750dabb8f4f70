import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DEV_LEDGER_NOTICE } from '@tacit/ledger';
import type { CompanyConfig } from '../config';
import { Roles } from '../http/roles';
import { JobQueue } from '../jobs';
import { LedgerEvents } from '../ledger/ledger-events';
import { Membership } from '../ledger/membership';
import { COMPANY_CONFIG } from '../tokens';
import { Waits } from './waits';

class LedgerHealth {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: 'ok' | 'degraded';

  @ApiProperty({ enum: ['dev', 'fabric'], example: 'fabric' })
  driver: 'dev' | 'fabric';

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What the dev ledger is not for; null on Fabric',
  })
  notice: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why the ledger does not answer' })
  trouble: string | null;
}

class ChannelHealth {
  @ApiProperty({ example: 'quality' })
  name: string;

  @ApiProperty({ example: ['ManufacturerA', 'ManufacturerB'] })
  members: readonly string[];

  @ApiProperty({ description: "Are this company's keys registered on it?", example: true })
  registered: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Why its events are at a standstill' })
  trouble: string | null;
}

class JobsHealth {
  @ApiProperty({ example: 0 })
  queued: number;

  @ApiProperty({ example: 1 })
  running: number;

  @ApiProperty({ description: 'Given up: see GET /dead-letters', example: 0 })
  dead: number;
}

class WaitingFor {
  @ApiProperty({ example: 'ManufacturerB' })
  counterparty: string;

  @ApiProperty({ description: 'How many pieces of work', example: 3 })
  jobs: number;

  @ApiProperty({ example: '2026-11-20T08:00:00.000Z' })
  since: string;
}

class Health {
  @ApiProperty({ enum: ['ok', 'degraded'], example: 'ok' })
  status: 'ok' | 'degraded';

  @ApiProperty({ example: 'ManufacturerA' })
  company: string;

  @ApiProperty({ example: 'Manufacturer A' })
  displayName: string;

  @ApiProperty()
  ledger: LedgerHealth;

  @ApiProperty({ type: [ChannelHealth] })
  channels: readonly ChannelHealth[];

  @ApiProperty()
  jobs: JobsHealth;

  @ApiProperty({ type: [WaitingFor], description: 'Whom this company waits for' })
  waitingFor: readonly WaitingFor[];
}

@ApiTags('operation')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
    private readonly queue: JobQueue,
    private readonly membership: Membership,
    private readonly events: LedgerEvents,
    private readonly waits: Waits,
  ) {}

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({
    summary: 'Is the company at work, and whom does it wait for?',
    description: 'Asks only this process and its database. `degraded` names in `trouble` what is the matter.',
  })
  @ApiOkResponse({ type: Health })
  async health(): Promise<Health> {
    const { company, displayName, ledger } = this.config;
    const { trouble, channels } = this.membership.view();
    const followed = new Map(this.events.status().map((status) => [status.channel, status.trouble]));
    const shown = channels.map((channel) => ({
      ...channel,
      trouble: followed.get(channel.name)?.message ?? null,
    }));
    const degraded = trouble !== null || shown.some((channel) => channel.trouble !== null);
    return {
      status: degraded ? 'degraded' : 'ok',
      company,
      displayName,
      ledger: {
        status: trouble === null ? 'ok' : 'degraded',
        driver: ledger.driver,
        notice: ledger.driver === 'dev' ? DEV_LEDGER_NOTICE : null,
        trouble: trouble?.message ?? null,
      },
      channels: shown,
      jobs: await this.#jobs(),
      waitingFor: (await this.waits.list()).map(({ counterparty, jobs, since }) => ({
        counterparty,
        jobs,
        since: new Date(since).toISOString(),
      })),
    };
  }

  async #jobs(): Promise<JobsHealth> {
    const jobs = { queued: 0, running: 0, dead: 0 };
    for (const { state, count } of await this.queue.counts()) jobs[state] += count;
    return jobs;
  }
}
