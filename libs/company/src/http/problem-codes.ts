interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the caller can do about it, unless the place that raises the problem knows better. */
  readonly next: string;
}

/** Every problem that a company's API can answer with. The codes are part of the API: add, never rename. */
export const PROBLEMS = {
  'bad-request': {
    status: 400,
    title: 'The request cannot be read',
    next: 'Correct the request; /docs shows examples that work.',
  },
  'validation-failed': {
    status: 422,
    title: 'A field has a value that it may not have',
    next: 'Correct the fields named in errors and send the request again.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed for this caller',
    next: 'Call from the machine that the company runs on, with a Host of localhost or 127.0.0.1.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    next: 'Look at /docs for the paths, and at the list that the identifier came from.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path does not take this method',
    next: 'Use one of the methods in the Allow header.',
  },
  conflict: {
    status: 409,
    title: 'The request does not fit the present state',
    next: 'Read the resource again and decide anew.',
  },
  'already-exists': {
    status: 409,
    title: 'It exists already, with other content',
    next: 'Read what exists; choose another identifier for something new.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    next: 'Send at most 1 MiB, or 20 MiB to an import; split what is larger.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a form that this path does not take',
    next: 'Send application/json in UTF-8, or text/csv to an import.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    next: 'Repeat the first request exactly, or use a new key for the new request.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests at once',
    next: 'Wait for as long as Retry-After says and try again.',
  },
  internal: {
    status: 500,
    title: 'The company made a mistake',
    next: 'Tell the operator the requestId; the log says what happened.',
  },
  'not-ready': {
    status: 503,
    title: 'The company is still starting or already stopping',
    next: 'Try again shortly; GET /health tells when it is ready.',
  },
  'ledger-unavailable': {
    status: 503,
    title: 'The ledger does not answer',
    next: 'Try again later; GET /health tells when the ledger is back.',
  },
  'ledger-refused': {
    status: 409,
    title: 'The contract refused the transaction',
    next: 'Read the contract’s reason in detail.',
  },
  'unknown-partner': {
    status: 404,
    title: 'No such partner',
    next: 'Add the company with POST /partners first.',
  },
  'unknown-channel': {
    status: 422,
    title: 'The company has not joined this channel, or the partner has not',
    next: 'Ask IT to join the channel, then send the request again.',
  },
  'unknown-customer': {
    status: 404,
    title: 'No such customer',
    next: 'Add the company with POST /customers first.',
  },
  'bad-reading': {
    status: 422,
    title: 'A reading cannot be taken as it is',
    next: 'Correct the value: a decimal within the agreement’s scale and range.',
  },
  'bad-row': {
    status: 422,
    title: 'The import has bad rows; nothing was stored',
    next: 'Correct every row named in errors and import the whole file again.',
  },
  'time-not-after-last': {
    status: 409,
    title: 'The reading is not later than the last one',
    next: 'Send readings in the order of their times, or correct a published one.',
  },
  'unknown-quantity': {
    status: 404,
    title: 'No agreement about this quantity',
    next: 'Propose an agreement with POST /agreements first.',
  },
  'agreement-not-active': {
    status: 409,
    title: 'The agreement is not accepted, paused, declined or expired',
    next: 'Look at the agreement’s state and have both companies agree again.',
  },
  'agreement-superseded': {
    status: 409,
    title: 'A newer version of the agreement counts',
    next: 'Use the newest version.',
  },
  'profile-refused': {
    status: 422,
    title: 'The key profile is not allowed',
    next: 'Choose one of the profiles listed in /docs.',
  },
  'budget-exceeded': {
    status: 409,
    title: 'The agreement’s answer budget is used up',
    next: 'Agree on a new version with a larger budget.',
  },
  'pair-not-found': {
    status: 404,
    title: 'No such pair',
    next: 'Choose a pair of GET /pairs.',
  },
  'pair-half-published': {
    status: 409,
    title: 'The pair has not reached all its channels yet',
    next: 'Wait; publishing goes on by itself. GET /health tells what it waits for.',
  },
  'comparison-not-found': {
    status: 404,
    title: 'No such comparison',
    next: 'Choose a comparison of GET /comparisons.',
  },
  'not-for-sale': {
    status: 409,
    title: 'The pair is not sold to this company',
    next: 'Ask the owner of the readings to name your company as a buyer.',
  },
  'no-price': {
    status: 409,
    title: 'The servicer has set no price',
    next: 'Ask the servicer to set a price for your company.',
  },
  'not-answerable': {
    status: 409,
    title: 'An answer is unlikely; nothing was bought',
    next: 'Wait until what errors says has changed, leave those pairs out, or send force: true.',
  },
  'no-credential': {
    status: 409,
    title: 'The servicer’s customer credential is missing',
    next: 'Store the credential that the servicer issued for your company.',
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
