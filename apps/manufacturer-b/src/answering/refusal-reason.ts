/** Why a request was refused: for this company's operator only. */
export type RefusalReason =
  | 'unknown-pair'
  | 'not-the-evaluator'
  | 'request-of-another-company'
  | 'request-not-on-ledger'
  | 'request-differs-from-ledger'
  | 'request-closed'
  | 'request-expired'
  | 'pair-not-published'
  | 'pair-not-on-ledger'
  | 'not-the-published-pair'
  | 'key-destroyed'
  | 'agreement-not-active'
  | 'agreement-expired'
  | 'agreement-paused'
  | 'agreement-budget-used-up'
  | 'quantity-budget-used-up'
  | 'checks-failed';

/** One of the checks refuses the request. Never leaves the company. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(readonly reason: RefusalReason) {
    super(reason);
  }
}
