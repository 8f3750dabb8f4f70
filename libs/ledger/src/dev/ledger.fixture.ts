import { TacitError, utf8 } from '@tacit/core';
import type { Contract, ContractFunction, LedgerKey, LedgerTransaction } from '@tacit/contracts';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCompanyIdentity, type DevCompanyIdentity } from '../identity';
import type { LedgerCall } from '../ledger';
import { DevPeer } from './dev-peer';
import { DevNetwork, writeDevNetwork, type DevNetworkConfig } from './network';
import { signProposal, type SignedProposal } from './proposal';

export const A = 'ManufacturerA';
export const B = 'ManufacturerB';
export const S = 'ServicerS';

export const NETWORK: DevNetworkConfig = {
  channels: [
    { name: 'quality', members: [A, B], collections: { 'only-b': [B] } },
    { name: 'quality-a2', members: [A, B] },
    { name: 'xor', members: [B, S] },
  ],
};

const text = (bytes: Uint8Array | undefined): string | null =>
  bytes ? new TextDecoder().decode(bytes) : null;

interface Input {
  readonly key: LedgerKey;
  readonly value: string;
}

/** A small contract that touches everything that a ledger offers. `gate` lets a test stop in mid-simulation. */
export function testContracts(gate: () => Promise<void> = async () => undefined): readonly Contract[] {
  const define =
    (run: (tx: LedgerTransaction, input: Input) => Promise<unknown>): ContractFunction =>
    (tx, input) =>
      run(tx, input as Input);
  const transactions = {
    put: define(async (tx, { key, value }) => {
      tx.put(key, utf8(value));
      return text(await tx.get(key));
    }),
    putAndTell: define(async (tx, { key, value }) => {
      tx.put(key, utf8(value));
      tx.emit('Put', utf8(JSON.stringify({ key, value })));
    }),
    increment: define(async (tx, { key }) => {
      const count = Number(text(await tx.get(key)) ?? '0') + 1;
      await gate();
      tx.put(key, utf8(count.toString()));
      return count;
    }),
    /** Refuses an eleventh record below the key: what a range that misses a phantom would let through. */
    addToList: define(async (tx, { key, value }) => {
      const entries = await tx.range(key);
      await gate();
      if (entries.length >= 10) throw new TacitError('list-full', 'the list is full');
      tx.put([...key, value], utf8(value));
      return entries.length + 1;
    }),
    putPrivate: define(async (tx, { key, value }) => {
      tx.putPrivate('answers', key, utf8(value));
      return text(await tx.getPrivate('answers', key));
    }),
    putPrivateTransient: define(async (tx) => {
      const key = text(tx.transient('key')) ?? '';
      tx.putPrivate('answers', ['answer', key], tx.transient('secret') ?? new Uint8Array(0));
    }),
    incrementPrivate: define(async (tx, { key }) => {
      const count = Number(text(await tx.getPrivate('answers', key)) ?? '0') + 1;
      await gate();
      tx.putPrivate('answers', key, utf8(count.toString()));
      return count;
    }),
    putPrivateOfB: define(async (tx, { key, value }) => {
      tx.putPrivate('only-b', key, utf8(value));
    }),
    putTransient: define(async (tx, { key }) => {
      tx.put(key, utf8(String(tx.transient('secret')?.length)));
      return tx.transient('toString') === undefined;
    }),
    emitTwice: define(async (tx) => {
      tx.emit('First', utf8('1'));
      tx.emit('Second', utf8('2'));
    }),
    refuse: define(async () => {
      throw new TacitError('not-allowed', 'not for you');
    }),
    fail: define(async (_, { value }) => {
      throw new SyntaxError(`cannot parse ${value}`);
    }),
    context: define(async ({ channel, txId, timestamp, caller }) => ({ channel, txId, timestamp, caller })),
    nothing: define(async () => undefined),
  };
  const queries = {
    get: define(async (tx, { key }) => text(await tx.get(key))),
    getTwice: define(async (tx, { key }) => {
      const first = text(await tx.get(key));
      await gate();
      return [first, text(await tx.get(key))];
    }),
    list: define(async (tx, { key }) =>
      (await tx.range(key)).map((record) => [record.key, text(record.value)]),
    ),
    getPrivate: define(async (tx, { key }) => text(await tx.getPrivate('answers', key))),
    getPrivateOfB: define(async (tx, { key }) => text(await tx.getPrivate('only-b', key))),
    putInQuery: define(async (tx, { key }) => {
      tx.put(key, utf8('x'));
    }),
  };
  return [
    { purpose: 'quality', transactions, queries },
    { purpose: 'xor', transactions: { putXor: transactions.put }, queries },
  ];
}

/** Companies on one machine: a shared folder, an identity for each. */
export class TestNetwork {
  readonly #peers: DevPeer[] = [];

  private constructor(
    readonly root: string,
    readonly identities: Readonly<Record<string, DevCompanyIdentity>>,
  ) {}

  static async create(config = NETWORK, companies: readonly string[] = [A, B]): Promise<TestNetwork> {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-ledger-'));
    const dir = path.join(root, 'network');
    writeDevNetwork(dir, config);
    const identities: Record<string, DevCompanyIdentity> = {};
    for (const company of companies) {
      const identity = await createCompanyIdentity(path.join(root, company), company, company);
      new DevNetwork(dir).publishRoot(company, identity.rootPem);
      identities[company] = identity;
    }
    return new TestNetwork(root, identities);
  }

  get dir(): string {
    return path.join(this.root, 'network');
  }

  identityDir(company: string): string {
    return path.join(this.root, company);
  }

  identity(company: string): DevCompanyIdentity {
    const identity = this.identities[company];
    if (!identity) throw new Error(`no company ${company}`);
    return identity;
  }

  peer(company: string, contracts = testContracts()): DevPeer {
    const peer = new DevPeer({ networkDir: this.dir, company, contracts });
    this.#peers.push(peer);
    return peer;
  }

  /** Submits on channel `quality` and returns the contract's result. */
  async submit(peer: DevPeer, company: string, name: string, input?: unknown): Promise<unknown> {
    return (await peer.submit(this.sign(company, { channel: 'quality', name, input }), {})).result;
  }

  evaluate(peer: DevPeer, company: string, name: string, input?: unknown): Promise<unknown> {
    return peer.evaluate(this.sign(company, { channel: 'quality', name, input }), {});
  }

  sign(company: string, call: LedgerCall, timestamp = Date.now()): SignedProposal {
    return signProposal(call, this.identity(company)[call.as ?? 'client'], timestamp);
  }

  /** Every byte that the shared folder holds, file by file. */
  files(): Map<string, Buffer> {
    return new Map(
      fs
        .readdirSync(this.dir, { withFileTypes: true })
        .flatMap((entry) =>
          entry.isFile() ? [[entry.name, fs.readFileSync(path.join(this.dir, entry.name))] as const] : [],
        ),
    );
  }

  async closePeers(): Promise<void> {
    await Promise.all(this.#peers.splice(0).map((peer) => peer.close()));
  }

  async remove(): Promise<void> {
    await this.closePeers();
    fs.rmSync(this.root, { recursive: true });
  }
}
