import { HttpException } from '@nestjs/common';
import { MessageError, type BatchKind } from '@tacit/messaging';
import { z } from 'zod';
import type { FieldError } from '../http/problem';
import { ProblemException } from '../http/problem';
import { PROBLEMS, type ProblemCode } from '../http/problem-codes';
import { PermanentError } from '../jobs/errors';

const codes = [
  ...(Object.keys(PROBLEMS) as ProblemCode[]),
  'not-sealed',
  'not-a-batch',
  'id-used-twice',
  'given-up',
] as const;

/** Why a batch can never be taken as it is. */
export const refusalSchema = z.strictObject({
  code: z.enum(codes),
  /** What is wrong, for people; never a confidential value. */
  detail: z.string(),
  next: z.string(),
  /** The first of them, as many as the dead letter has room for. */
  errors: z
    .array(
      z.strictObject({
        path: z.string(),
        message: z.string(),
        row: z.int().optional(),
        line: z.int().optional(),
        field: z.string().optional(),
      }),
    )
    .readonly(),
  /** How many there are in all. */
  errorCount: z.int(),
});

export type Refusal = z.infer<typeof refusalSchema>;
export type RefusalCode = Refusal['code'];

/** Room for the errors of one refusal, in characters of JSON: sealed, and beside the batch, within 1 MiB. */
const MAX_ERROR_CHARACTERS = 120_000;

export function refusal(
  code: RefusalCode,
  detail: string,
  next: string,
  errors: readonly FieldError[] = [],
): Refusal {
  let room = MAX_ERROR_CHARACTERS;
  const kept = errors.filter((error) => (room -= JSON.stringify(error).length) >= 0);
  return { code, detail: detail.slice(0, 2_000), next, errors: kept, errorCount: errors.length };
}

/**
 * What the error says about the batch itself; undefined when the fault is not the batch's and it should be tried
 * again.
 */
export function refusalOf(error: unknown, kind: BatchKind): Refusal | undefined {
  if (error instanceof ProblemException) {
    // Other work came in between: tried again, it finds another state.
    if (error.code === 'conflict') return undefined;
    return refusal(error.code, error.message, error.next, error.errors);
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return refusal('bad-request', error.message, `Send ${kind} as the AsyncAPI document describes them.`);
  }
  if (error instanceof PermanentError) {
    return refusal('given-up', error.message, 'Correct the batch and send it again.');
  }
  if (!(error instanceof MessageError)) return undefined;
  return error.code === 'sealed'
    ? refusal('not-sealed', error.message, 'Seal batches with the key in nats.batchKeyFile.')
    : refusal('not-a-batch', error.message, `Send ${kind} as the AsyncAPI document describes them.`);
}
