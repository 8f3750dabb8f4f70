/** Where every company receives envelopes: a Nest message pattern, and the beginning of a NATS subject. */
export const INBOX_SUBJECT = 'tacit.inbox';

/** What a company's ERP may send over a durable stream instead of REST. */
export const BATCH_KINDS = ['readings', 'comparisons'] as const;

export type BatchKind = (typeof BATCH_KINDS)[number];

/** A company's MSP ID where it is one token of a subject: no dots, no wildcards. */
export const SUBJECT_TOKEN = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** The one subject on which a company receives envelopes over NATS. */
export function inboxSubjectOf(company: string): string {
  return `${INBOX_SUBJECT}.${company}`;
}

/** Beginning of the subjects on which a NATS user, and nobody else, receives replies. */
export function replyPrefixOf(user: string): string {
  return `_INBOX.${user}`;
}

/** Where a company's ERP publishes batches of this kind. */
export function batchSubjectOf(company: string, kind: BatchKind): string {
  return `tacit.batch.${company}.${kind}`;
}

/** Where a batch that can never be taken goes; `sequence` is its number in the batch stream. */
export function deadLetterSubjectOf(company: string, kind: BatchKind, sequence: number): string {
  return `tacit.dead.${company}.${kind}.${sequence}`;
}

/** The JetStream streams of one company, and the consumer through which its application reads its batches. */
export function streamsOf(company: string): {
  readonly batches: string;
  readonly deadLetters: string;
  readonly consumer: string;
} {
  return { batches: `batches-${company}`, deadLetters: `dead-letters-${company}`, consumer: 'application' };
}
