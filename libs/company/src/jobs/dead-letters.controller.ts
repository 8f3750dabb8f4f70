import { Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { MoreThan } from 'typeorm';
import { Database } from '../database';
import { ApiPage, PageQuery, readCursor, toPage, type Page } from '../http/paging';
import { ProblemException } from '../http/problem';
import { Roles } from '../http/roles';
import { JobEntity } from './job.entity';
import { JobQueue } from './job-queue';

class DeadLetter {
  @ApiProperty({ example: 17 })
  id: number;

  @ApiProperty({ example: 'submit:publishPair' })
  kind: string;

  @ApiProperty({ description: 'What the work is about', example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  key: string;

  @ApiProperty({ example: 8 })
  attempts: number;

  @ApiProperty({ type: String, nullable: true, example: 'PermanentError: the message is no longer stored' })
  lastError: string | null;

  @ApiProperty({ example: '2026-11-20T08:00:00.000Z' })
  createdAt: string;
}

class Retried {
  @ApiProperty({ example: 17 })
  id: number;

  @ApiProperty({ example: 'queued' })
  state: 'queued';
}

const validId = new ParseIntPipe({
  exceptionFactory: () => new ProblemException('not-found', { detail: 'no such dead letter' }),
});

/** Work that was given up. What it is about is shown, never its payload. */
@ApiTags('operation')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
  ) {}

  @Get()
  @Roles('operator', 'auditor')
  @ApiOperation({ summary: 'Work that was given up, the oldest first' })
  @ApiPage(DeadLetter)
  async list(@Query() query: PageQuery): Promise<Page<DeadLetter>> {
    const [after] = readCursor(query, 'number') ?? [0];
    const rows = await this.database.read((em) =>
      em.find(JobEntity, {
        where: { state: 'dead', id: MoreThan(after) },
        order: { id: 'ASC' },
        take: query.limit + 1,
      }),
    );
    return toPage(rows, query, ({ id }) => [id], show);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try it again, with all its attempts' })
  @ApiOkResponse({ type: Retried })
  async retry(@Param('id', validId) id: number): Promise<Retried> {
    const retried = Number.isSafeInteger(id) && (await this.queue.retry(id));
    if (!retried) throw new ProblemException('not-found', { detail: 'no such dead letter' });
    return { id, state: 'queued' };
  }
}

function show({ id, kind, key, attempts, lastError, createdAt }: JobEntity): DeadLetter {
  return { id, kind, key, attempts, lastError, createdAt: new Date(createdAt).toISOString() };
}
