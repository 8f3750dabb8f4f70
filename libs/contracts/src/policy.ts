import type { Caller, LedgerTransaction } from './transaction';

/** What a signing key is about to do, in the terms in which a key policy limits it. */
export interface GuardedAction {
  /** `<purpose>.<function>` */
  readonly type: string;
  readonly caller: Caller;
  /** The company that receives what the transaction gives. */
  readonly recipient?: string;
  /** In minor units of the order's currency. */
  readonly amount?: number;
}

/**
 * Called before every transaction of every contract. @throws ContractError `policy-breach`, naming the limit.
 */
export type PolicyGuard = (tx: LedgerTransaction, action: GuardedAction) => Promise<void>;

/** The guard of companies that have bound no policy to their keys. */
export const allowAll: PolicyGuard = async () => {};
