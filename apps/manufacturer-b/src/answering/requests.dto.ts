import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import { VERDICTS, type Verdict } from '@tacit/contracts';
import { IsIn } from 'class-validator';
import type { RequestEntity, RequestState } from '../entities/request.entity';

const REQUEST_STATES: readonly RequestState[] = ['received', 'answered', 'refused'];

export class RequestsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: REQUEST_STATES, description: 'In this state only' })
  @IsOmittable()
  @IsIn(REQUEST_STATES)
  state?: RequestState;
}

export class RequestView {
  @ApiProperty({ description: 'What the sender says the request is', example: 'pVIDvKDbcRD-2mMAOvxW1A' })
  requestId: string;

  @ApiProperty({ example: 'q83vEjRWeJCrze8SNFZ4kA' })
  pairId: string;

  @ApiProperty({ description: 'Who asked', example: 'ManufacturerA' })
  from: string;

  @ApiProperty({ enum: REQUEST_STATES, example: 'answered' })
  state: RequestState;

  @ApiProperty({
    description: 'Why it was refused. The sender is not told: every refusal looks the same to it',
    nullable: true,
    type: String,
    example: null,
  })
  reason: string | null;

  @ApiProperty({
    description: 'What the company that asked has recorded of the answer’s proof; null until it has',
    enum: VERDICTS,
    nullable: true,
    example: 'verified',
  })
  verdict: Verdict | null;

  @ApiProperty({ example: '2026-02-28T12:00:00.000Z' })
  receivedAt: string;

  @ApiProperty({ nullable: true, type: String, example: '2026-02-28T12:00:01.000Z' })
  concludedAt: string | null;
}

/** @param verdict on the answer that was given to it, if one was */
export function viewRequest(request: RequestEntity, verdict: Verdict | null): RequestView {
  const { requestId, pairId, from, state, reason, receivedAt, concludedAt } = request;
  return {
    requestId,
    pairId,
    from,
    state,
    reason,
    verdict,
    receivedAt: new Date(receivedAt).toISOString(),
    concludedAt: concludedAt === null ? null : new Date(concludedAt).toISOString(),
  };
}
