import { BATCH_KINDS, batchSubjectOf, inboxSubjectOf, replyPrefixOf, streamsOf } from '@tacit/messaging';

/** What a NATS user may do; everything else is denied. */
export interface Permissions {
  readonly publish: { readonly allow: readonly string[]; readonly deny?: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] };
  /** Replies to messages that were received: so many, within this time. */
  readonly allow_responses?: { readonly max: number; readonly expires: string };
}

/** The user as which a company's application connects. */
export const applicationUser = (company: string): string => company;
/** The user as which a company's ERP connects. */
export const erpUser = (company: string): string => `${company}-erp`;
/** Creates streams and consumers, at the broker's machine; the only user without limits. */
export const OPERATOR = 'operator';

/**
 * An application writes to every inbox but its own, reads its own, and replies. Of JetStream it may pull and
 * acknowledge its own batches, move them to its dead letters, read and remove those, and put them back.
 */
export function applicationPermissions(company: string): Permissions {
  const { batches, deadLetters, consumer } = streamsOf(company);
  return {
    publish: {
      allow: [
        inboxSubjectOf('*'),
        `$JS.API.CONSUMER.INFO.${batches}.${consumer}`,
        `$JS.API.CONSUMER.MSG.NEXT.${batches}.${consumer}`,
        `$JS.ACK.${batches}.${consumer}.>`,
        deadLetterSubjects(company),
        `$JS.API.STREAM.MSG.GET.${deadLetters}`,
        `$JS.API.STREAM.MSG.DELETE.${deadLetters}`,
        ...batchSubjects(company),
      ],
      deny: [inboxSubjectOf(company)],
    },
    subscribe: { allow: [inboxSubjectOf(company), `${replyPrefixOf(applicationUser(company))}.>`] },
    allow_responses: { max: 1, expires: '1m' },
  };
}

/** An ERP sends its own company's batches and hears of those that were refused. */
export function erpPermissions(company: string): Permissions {
  return {
    publish: { allow: batchSubjects(company) },
    subscribe: { allow: [`${replyPrefixOf(erpUser(company))}.>`, deadLetterSubjects(company)] },
  };
}

/** The subjects of a company's batch stream. */
export function batchSubjects(company: string): string[] {
  return BATCH_KINDS.map((kind) => batchSubjectOf(company, kind));
}

/** The subjects of a company's dead-letter stream. */
export function deadLetterSubjects(company: string): string {
  return `tacit.dead.${company}.*.*`;
}
