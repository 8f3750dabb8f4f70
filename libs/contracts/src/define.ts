import { ComparisonError } from '@tacit/comparison';
import { EncodingError, type TacitError } from '@tacit/core';
import { PaillierError } from '@tacit/paillier';
import type { z } from 'zod';
import { purposeOf, type ChannelPurpose, type ContractFunction } from './contract';
import { ContractError } from './errors';
import type { GuardedAction, PolicyGuard } from './policy';
import type { LedgerTransaction } from './transaction';

const LIBRARY_ERRORS = [EncodingError, ComparisonError, PaillierError];

export interface Definition<T> {
  readonly input: z.ZodType<T>;
  readonly run: (tx: LedgerTransaction, input: T) => Promise<unknown>;
  /** What the key policy should know beyond the caller and the function's name. */
  readonly exposure?: (input: T) => Pick<GuardedAction, 'recipient' | 'amount'>;
}

/**
 * Turns a definition into a contract function: right channel, then well-formed input, then the caller's key
 * policy, then the function itself. Whatever a library below refuses becomes a ContractError.
 */
export function define<T>(
  purpose: ChannelPurpose,
  name: string,
  guard: PolicyGuard | undefined,
  { input: schema, run, exposure }: Definition<T>,
): ContractFunction {
  return async (tx, input) => {
    if (purposeOf(tx.channel) !== purpose) {
      throw new ContractError(
        'wrong-channel',
        `${name} belongs on a ${purpose} channel, not on ${tx.channel}`,
      );
    }
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new ContractError(
        'bad-input',
        `${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
      );
    }
    if (guard) {
      await guard(tx, { type: `${purpose}.${name}`, caller: tx.caller, ...exposure?.(parsed.data) });
    }
    try {
      return await run(tx, parsed.data);
    } catch (error) {
      throw asContractError(error);
    }
  };
}

/** What the ledger itself fails with (a private value that is missing) is no refusal and stays what it is. */
function asContractError(error: unknown): unknown {
  if (!LIBRARY_ERRORS.some((type) => error instanceof type)) return error;
  const { code, message } = error as TacitError;
  const refused = code === 'bad-vector' || code === 'bad-record' ? code : 'bad-input';
  return new ContractError(refused, message, { cause: error });
}
