/** Where every company receives envelopes: a Nest message pattern, a NATS subject. */
export const INBOX_SUBJECT = 'tacit.inbox';
