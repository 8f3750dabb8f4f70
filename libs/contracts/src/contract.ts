import type { LedgerTransaction } from './transaction';

/** What a channel is for. A channel's name is its purpose, or the purpose and a suffix: `quality`, `quality-a2`. */
export type ChannelPurpose = 'quality' | 'xor' | 'sales';

/**
 * One function of a contract. `input` is parsed JSON of unknown shape; the result is JSON.
 * @throws ContractError — nothing is then recorded.
 */
export type ContractFunction = (tx: LedgerTransaction, input: unknown) => Promise<unknown>;

/** What a channel enforces: the functions that record and the queries that only read. */
export interface Contract {
  readonly purpose: ChannelPurpose;
  readonly transactions: Readonly<Record<string, ContractFunction>>;
  readonly queries: Readonly<Record<string, ContractFunction>>;
}

/** The purpose of a channel by its name, or undefined for a name that has none. */
export function purposeOf(channel: string): ChannelPurpose | undefined {
  const [purpose] = channel.split('-', 1);
  return purpose === 'quality' || purpose === 'xor' || purpose === 'sales' ? purpose : undefined;
}
