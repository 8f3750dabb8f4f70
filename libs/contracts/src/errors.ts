import { TacitError } from '@tacit/core';

/** Why a contract refused a transaction; part of the published interface, so codes are only ever added. */
export type ContractErrorCode =
  | 'bad-input'
  | 'bad-time'
  | 'wrong-channel'
  | 'not-allowed'
  | 'policy-breach'
  | 'unknown-profile'
  | 'unknown-agreement'
  | 'agreement-exists'
  | 'agreement-not-active'
  | 'agreement-paused'
  | 'agreement-expired'
  | 'stale-version'
  | 'unknown-pair'
  | 'pair-exists'
  | 'key-used'
  | 'bad-record'
  | 'bad-vector'
  | 'wrong-evaluation'
  | 'unknown-request'
  | 'request-exists'
  | 'request-live'
  | 'request-expired'
  | 'request-closed'
  | 'not-answered'
  | 'answer-concluded'
  | 'slot-taken'
  | 'budget-exceeded'
  | 'unknown-order'
  | 'order-exists'
  | 'order-closed'
  | 'no-price'
  | 'wrong-price'
  | 'unknown-customer'
  | 'wrong-credential';

/** A refused transaction: nothing is recorded. */
export class ContractError extends TacitError<ContractErrorCode> {
  override readonly name = 'ContractError';
}
