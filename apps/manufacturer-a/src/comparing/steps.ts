import type { JobQueue } from '@tacit/company';
import type { EntityManager } from 'typeorm';
import type { ComparisonEntity } from '../entities/comparison.entity';

/** Kinds of jobs that take a comparison one state further. */
export type Step = 'comparison.order' | 'comparison.evaluate' | 'comparison.request' | 'comparison.verify';

/** Which attempt of which comparison; a job of an earlier attempt has nothing to do. */
export interface StepPayload {
  readonly comparisonId: string;
  readonly attempt: number;
}

/** Adds the next step in the caller's transaction. */
export async function addStep(
  queue: JobQueue,
  em: EntityManager,
  step: Step,
  { id, attempt }: Pick<ComparisonEntity, 'id' | 'attempt'>,
  options: { readonly turn?: string; readonly notBefore?: number } = {},
): Promise<void> {
  const payload: StepPayload = { comparisonId: id, attempt };
  const turn = options.turn === undefined ? '' : `:${options.turn}`;
  await queue.add(em, step, `${id}:${attempt}${turn}`, payload, {
    ...(options.notBefore !== undefined && { notBefore: options.notBefore }),
  });
}
