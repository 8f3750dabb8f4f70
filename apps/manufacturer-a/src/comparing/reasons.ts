/** Why a comparison ended without an outcome, and what a person can do next. Part of the API: add, never rename. */
export const REASONS = {
  'no-credential': {
    text: 'The customer credential of the servicer is missing or not the one that the servicer issued',
    next: 'Store the credential with PUT /partners/{company}/customer-credential, then retry.',
  },
  'price-changed': {
    text: 'The servicer’s price is no longer the one at which the order was made; nothing was bought',
    next: 'Look at the price in GET /pairs, then retry at the new price.',
  },
  'order-refused': {
    text: 'The sales contract refused the order; nothing was bought',
    next: 'Read the contract’s reason, then retry.',
  },
  'not-for-sale': {
    text: 'The servicer does not sell this pair to this company; nothing was charged',
    next: 'Ask the owner of the readings to name your company as a buyer, then retry.',
  },
  'not-delivered': {
    text: 'The servicer did not deliver in time; the order was closed without a charge',
    next: 'Ask the servicer; retry makes a new order.',
  },
  'wrong-record': {
    text: 'What the servicer delivered is not what the owner of the readings published; the order is disputed',
    next: 'Ask the servicer; retry makes a new order.',
  },
  'bad-record': {
    text: 'The published pair does not pass its checks',
    next: 'Tell the owner of the readings; a correction appears as a new pair.',
  },
  'weak-key': {
    text: 'The pair’s key shares a factor with another key, so that nothing under it is proof of anything',
    next: 'Tell the owner of the readings that its key generation is broken.',
  },
  'budget-exceeded': {
    text: 'The agreement’s answer budget is used up',
    next: 'Agree on a new version with a larger budget, then retry; the record is paid for already.',
  },
  'agreement-paused': {
    text: 'The owner of the readings has paused the agreement',
    next: 'Retry once the agreement is resumed; the record is paid for already.',
  },
  'agreement-expired': {
    text: 'The agreement has expired',
    next: 'Agree on a new one; it covers readings from then on.',
  },
  'request-live': {
    text: 'An earlier request about this pair is still open or answered on the ledger',
    next: 'Retry when the earlier request has ended, after a day at the latest.',
  },
  'request-refused': {
    text: 'The quality contract refused the request',
    next: 'Read the contract’s reason, then retry.',
  },
  'message-refused': {
    text: 'The owner’s inbox did not accept this company’s message',
    next: 'Check that both companies have each other as partners, then retry when the request has expired.',
  },
  'key-holder-declined': {
    text: 'The owner of the readings declined to answer; it tells no cause',
    next: 'Ask the owner of the readings. The servicer credits the order; retry asks again.',
  },
  'not-answered': {
    text: 'The owner of the readings did not answer in time',
    next: 'Ask the owner of the readings; retry asks again without another charge.',
  },
  'proof-refused': {
    text: 'The proof of the answer does not hold; the answer is not believed, and the ledger says so',
    next: 'Ask the owner of the readings. Answer, proof and verdict stay on the ledger as evidence.',
  },
  'bad-answer': {
    text: 'The recorded answer is not about what was asked; it was not believed',
    next: 'Tell the owner of the readings; the ledger holds the evidence.',
  },
  'step-failed': {
    text: 'A step of it failed again and again and was given up',
    next: 'Read the cause in GET /dead-letters, then retry the comparison.',
  },
} as const satisfies Record<string, { readonly text: string; readonly next: string }>;

export type ReasonCode = keyof typeof REASONS;

export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
  readonly next: string;
}

/** @param detail what is known beyond the code, for people; never a confidential value */
export function reasonOf(code: ReasonCode, detail?: string): Reason {
  const { text, next } = REASONS[code];
  return { code, text: detail === undefined ? `${text}.` : `${text}: ${detail}.`, next };
}
