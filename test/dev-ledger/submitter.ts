// A company's process for dev-ledger.test.ts: submits until it is done or killed and reports every commit.
import { utf8 } from '@tacit/core';
import type { Contract } from '@tacit/contracts';
import { LedgerError, openDevLedger } from '@tacit/ledger';

const [networkDir = '', identityDir = '', company = '', mode = ''] = process.argv.slice(2);

/** Writes a public record and a private one in the same transaction. */
const PRIVATE_WRITES: Contract = {
  purpose: 'quality',
  transactions: {
    write: async (tx, input) => {
      const { id } = input as { id: string };
      tx.put(['public', id], utf8(id));
      tx.putPrivate('answers', ['private', id], new Uint8Array(50_000));
    },
  },
  queries: {},
};

/** Asks for the same names as another company does at the same time; a name is only given once. */
async function registerCustomers(): Promise<void> {
  const ledger = await openDevLedger({ networkDir, identityDir, company });
  for (let i = 0; i < 40; i++) {
    const customer = `Customer${i}`;
    const input = { customer, credentialHash: Buffer.alloc(32, company).toString('base64url') };
    try {
      const { block } = await ledger.submit({ channel: 'sales', name: 'registerCustomer', input });
      process.send?.({ customer, block });
    } catch (error) {
      if (!(error instanceof LedgerError) || error.contractCode !== 'not-allowed') throw error;
    }
  }
  await ledger.close();
}

async function writeUntilKilled(): Promise<void> {
  const ledger = await openDevLedger({ networkDir, identityDir, company, inThread: [PRIVATE_WRITES] });
  for (let i = 0; ; i++) {
    const id = `${company}-${process.pid}-${i}`;
    await ledger.submit({ channel: 'quality', name: 'write', input: { id } });
    process.send?.({ id });
  }
}

void (mode === 'race' ? registerCustomers() : writeUntilKilled()).finally(() => {
  process.disconnect();
});
