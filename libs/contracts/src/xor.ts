// The channel `xor` between key holder and servicer: the XOR vectors that are for sale.
import { fields, openXorRecord, xorRecordSchema, type XorRecord } from '@tacit/comparison';
import type { AdditiveScheme } from '@tacit/core';
import { z } from 'zod';
import type { Contract } from './contract';
import { define } from './define';
import { directory } from './directory';
import { ContractError } from './errors';
import type { PolicyGuard } from './policy';
import { alreadyRecorded, emit, read, require, write } from './records';

export function xorContract(schemeOf: (profile: string) => AdditiveScheme, guard: PolicyGuard): Contract {
  const { registerMember, getMember } = directory('xor', guard);

  return {
    purpose: 'xor',
    transactions: {
      registerMember,

      /** The key holder records Enc(w) and who may buy it. Records are never changed. */
      publishXor: define<XorRecord>('xor', 'publishXor', guard, {
        input: xorRecordSchema,
        exposure: (record) => ({ recipient: record.servicer }),
        run: async (tx, record) => {
          if (tx.caller.company !== record.keyHolder) {
            throw new ContractError('not-allowed', 'an XOR record is published by the key holder it names');
          }
          if (record.keyHolder === record.servicer || record.buyers.includes(record.keyHolder)) {
            throw new ContractError('bad-record', 'the key holder neither sells nor buys its own record');
          }
          if (await alreadyRecorded(tx, ['xor', record.pairId], record, 'pair-exists')) return {};
          if (await read(tx, ['key', record.keyId])) {
            throw new ContractError('key-used', 'this key has encrypted another pair');
          }
          openXorRecord(schemeOf(record.profile), record);
          write(tx, ['xor', record.pairId], record);
          write(tx, ['key', record.keyId], { pairId: record.pairId });
          emit(tx, 'XorPublished', { pairId: record.pairId, buyers: record.buyers });
          return {};
        },
      }),
    },
    queries: {
      getMember,
      getXor: define('xor', 'getXor', undefined, {
        input: z.strictObject({ pairId: fields.randomId }),
        run: async (tx, { pairId }) => require<XorRecord>(tx, ['xor', pairId], 'unknown-pair'),
      }),
    },
  };
}
