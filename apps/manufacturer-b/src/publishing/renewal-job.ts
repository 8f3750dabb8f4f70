import type { JobQueue } from '@tacit/company';
import type { EntityManager } from 'typeorm';

/** The job that makes unpublished pairs of a superseded version anew, under the version in force. */
export const RENEW_PAIRS = 'pairs.renew';

export interface RenewPairsJob {
  /** The superseded version. */
  readonly agreementHash: string;
}

/** Why a pair failed that the contract took no more, because its version was superseded. */
export const REFUSED_AS_SUPERSEDED = 'agreement-not-active';

/** @param occasion unique among the jobs that are under way */
export async function addRenewal(
  queue: JobQueue,
  em: EntityManager,
  agreementHash: string,
  occasion: string,
): Promise<void> {
  const job: RenewPairsJob = { agreementHash };
  await queue.add(em, RENEW_PAIRS, occasion, job);
}
