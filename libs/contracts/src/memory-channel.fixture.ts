import { createHash, randomBytes } from 'node:crypto';
import type { Contract } from './contract';
import type { Caller, LedgerKey, LedgerTransaction } from './transaction';

const text = (key: LedgerKey): string => key.join('\u0000');

/** One channel in memory: runs a contract's functions one at a time and keeps what they write. */
export class MemoryChannel {
  readonly state = new Map<string, Uint8Array>();
  readonly private = new Map<string, Uint8Array>();
  readonly events: { name: string; payload: unknown }[] = [];
  now = 1_700_000_000_000;

  constructor(
    readonly name: string,
    private readonly contract: Contract,
  ) {}

  async run(
    company: string,
    name: string,
    input: unknown,
    {
      transient = {},
      role = 'client',
    }: { transient?: Record<string, Uint8Array>; role?: Caller['role'] } = {},
  ): Promise<unknown> {
    const writes = new Map<string, Uint8Array>();
    const privateWrites = new Map<string, Uint8Array>();
    const emitted: { name: string; payload: unknown }[] = [];
    const tx: LedgerTransaction = {
      channel: this.name,
      txId: randomBytes(32).toString('hex'),
      timestamp: this.now,
      caller: {
        company,
        role,
        fingerprint: createHash('sha256')
          .update(company + role)
          .digest('hex'),
      },
      get: async (key) => this.state.get(text(key)),
      put: (key, value) => void writes.set(text(key), value),
      range: async (prefix) =>
        [...this.state]
          .filter(([key]) => key.startsWith(`${text(prefix)}\u0000`))
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => ({ key: key.split('\u0000') as unknown as LedgerKey, value })),
      getPrivate: async (collection, key) => this.private.get(`${collection}\u0000${text(key)}`),
      putPrivate: (collection, key, value) =>
        void privateWrites.set(`${collection}\u0000${text(key)}`, value),
      transient: (item) => transient[item],
      emit: (event, payload) => {
        if (emitted.length) throw new Error('one event per transaction');
        emitted.push({ name: event, payload: JSON.parse(new TextDecoder().decode(payload)) as unknown });
      },
    };
    const run = this.contract.transactions[name] ?? this.contract.queries[name];
    if (!run) throw new Error(`no function ${name}`);
    const result = await run(tx, input);
    for (const [key, value] of writes) this.state.set(key, value);
    for (const [key, value] of privateWrites) this.private.set(key, value);
    this.events.push(...emitted);
    return result;
  }
}
