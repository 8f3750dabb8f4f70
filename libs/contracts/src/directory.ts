import { z } from 'zod';
import type { ChannelPurpose, ContractFunction } from './contract';
import { fields } from '@tacit/comparison';
import { define } from './define';
import { ContractError } from './errors';
import type { PolicyGuard } from './policy';
import { emit, read, sameRecord, write } from './records';

/** What a member's admin registered on a channel: who may sign envelopes for it, and the key to encrypt to it. */
export interface MemberRecord {
  readonly company: string;
  /** SHA-256 of each certificate's DER bytes, hexadecimal. */
  readonly clientFingerprints: readonly string[];
  /** X25519 public key, 32 bytes as base64url. */
  readonly encryptionKey: string;
}

const registration = z.strictObject({
  clientFingerprints: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(1)
    .max(16),
  encryptionKey: fields.hash,
});

/** The functions that every purpose has: members name their own keys. */
export function directory(
  purpose: ChannelPurpose,
  guard: PolicyGuard,
): { registerMember: ContractFunction; getMember: ContractFunction } {
  return {
    registerMember: define(purpose, 'registerMember', guard, {
      input: registration,
      run: async (tx, input) => {
        if (tx.caller.role !== 'admin') {
          throw new ContractError('not-allowed', "a company's keys are registered by its admin");
        }
        const member: MemberRecord = { company: tx.caller.company, ...input };
        const existing = await read<MemberRecord>(tx, ['member', member.company]);
        if (existing && sameRecord(existing, member)) return member;
        write(tx, ['member', member.company], member);
        emit(tx, 'MemberRegistered', { company: member.company });
        return member;
      },
    }),
    getMember: define(purpose, 'getMember', undefined, {
      input: z.strictObject({ company: fields.companyId }),
      run: async (tx, { company }) => (await read<MemberRecord>(tx, ['member', company])) ?? null,
    }),
  };
}
