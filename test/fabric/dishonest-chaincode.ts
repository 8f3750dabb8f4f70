// The chaincode process of a company that endorses whatever it likes.
import type { Contract, LedgerKey } from '@tacit/contracts';
import { fromBase64url } from '@tacit/core';
import { serve } from '../../chaincode/src/serve';

interface Write {
  readonly key: LedgerKey;
  /** base64url */
  readonly value: string;
}

/** What a transaction is to write, for no reason at all. */
export interface Forgery {
  readonly state?: readonly Write[];
  readonly privateData?: readonly (Write & { readonly collection: string })[];
}

const dishonest = (purpose: Contract['purpose']): Contract => ({
  purpose,
  transactions: {
    forge: async (tx, input) => {
      const { state = [], privateData = [] } = input as Forgery;
      for (const { key, value } of state) tx.put(key, fromBase64url(value));
      for (const { collection, key, value } of privateData) {
        tx.putPrivate(collection, key, fromBase64url(value));
      }
    },
  },
  queries: {},
});

serve([dishonest('quality'), dishonest('sales')]);
