// The channel `quality` between key holder and evaluator: agreements, encrypted pairs, requests, answers.
import { fields } from '@tacit/comparison';
import type { AdditiveScheme } from '@tacit/core';
import { z } from 'zod';
import { agreementOf, agreementTransactions } from './agreements';
import type { Contract } from './contract';
import { define } from './define';
import { directory } from './directory';
import { pairOf, publishPair } from './pairs';
import type { PolicyGuard } from './policy';
import { requestQueries, requestTransactions } from './requests';

export function qualityContract(schemeOf: (profile: string) => AdditiveScheme, guard: PolicyGuard): Contract {
  const { registerMember, getMember } = directory('quality', guard);
  return {
    purpose: 'quality',
    transactions: {
      registerMember,
      ...agreementTransactions(schemeOf, guard),
      publishPair: publishPair(schemeOf, guard),
      ...requestTransactions(schemeOf, guard),
    },
    queries: {
      getMember,
      getAgreement: define('quality', 'getAgreement', undefined, {
        input: z.strictObject({ agreementHash: fields.hash }),
        run: (tx, { agreementHash }) => agreementOf(tx, agreementHash),
      }),
      getPair: define('quality', 'getPair', undefined, {
        input: z.strictObject({ pairId: fields.randomId }),
        run: (tx, { pairId }) => pairOf(tx, pairId),
      }),
      ...requestQueries,
    },
  };
}
