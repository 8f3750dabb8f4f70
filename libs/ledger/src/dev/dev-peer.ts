import { canonicalBytes, parseCanonical, TacitError } from '@tacit/core';
import { purposeOf, type Contract, type ContractFunction } from '@tacit/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError, type ChannelInfo, type LedgerEvent, type SubmitResult } from '../ledger';
import { Channel } from './channel';
import { DevNetwork } from './network';
import { assertNotProduction } from './notice';
import type { Peer, Transient } from './peer';
import { verifyProposal, type SignedProposal, type VerifiedProposal } from './proposal';
import { Simulation } from './simulation';
import { verifyChain, type ChainReport } from './verify-chain';

/** A proposal's clock and the peer's differ by at most this, in milliseconds: Fabric's time window. */
const TIME_WINDOW = 120_000;
const POLL_INTERVAL = 50;
const EVENTS_AT_ONCE = 100;

export interface DevPeerOptions {
  readonly networkDir: string;
  /** MSP ID of the company whose peer this is. */
  readonly company: string;
  /** One per purpose. */
  readonly contracts: readonly Contract[];
}

/** The dev ledger's engine: what peer, orderer and chaincode are in Fabric, over files that the members share. */
export class DevPeer implements Peer {
  readonly #network: DevNetwork;
  readonly #channels = new Map<string, Channel>();
  readonly #company: string;
  readonly #contracts: readonly Contract[];
  #closed = false;

  constructor({ networkDir, company, contracts }: DevPeerOptions) {
    assertNotProduction();
    this.#network = new DevNetwork(networkDir);
    this.#company = company;
    this.#contracts = contracts;
  }

  async channels(): Promise<readonly ChannelInfo[]> {
    return this.#network
      .channels()
      .filter(({ members }) => members.includes(this.#company))
      .map(({ name, members }) => ({
        name,
        members,
        roots: Object.fromEntries(members.map((member) => [member, this.#network.roots(member)])),
      }));
  }

  submit(signed: SignedProposal, transient: Transient): Promise<SubmitResult> {
    return this.#answer(async () => {
      const { verified, channel } = this.#verify(signed);
      const contract = this.#functionOf(verified, 'transactions');
      return channel.serially(async () => {
        const simulated = await simulate(contract, verified, channel, { transient, readOnly: false });
        const block = channel.commit(verified, simulated.simulation, simulated.result);
        return { txId: verified.txId, block, result: simulated.result };
      });
    });
  }

  evaluate(signed: SignedProposal, transient: Transient): Promise<unknown> {
    return this.#answer(async () => {
      const { verified, channel } = this.#verify(signed);
      const contract = this.#functionOf(verified, 'queries');
      return channel.serially(async () => {
        const { result } = await simulate(contract, verified, channel, { transient, readOnly: true });
        return result;
      });
    });
  }

  eventsAfter(channelName: string, block: number, patience: number): Promise<readonly LedgerEvent[]> {
    return this.#answer(async () => {
      const { store } = this.#open(channelName);
      const deadline = Date.now() + patience;
      for (;;) {
        const events = store.eventsAfter(block, EVENTS_AT_ONCE);
        if (events.length > 0 || Date.now() >= deadline) {
          return events.map((event) => ({
            ...event,
            channel: channelName,
            checkpoint: event.block.toString(),
          }));
        }
        await sleep(POLL_INTERVAL);
        if (this.#closed) return [];
      }
    });
  }

  /** Re-checks a channel's file from its first block to its state. */
  verifyChain(channelName: string): Promise<ChainReport> {
    return this.#answer(async () => {
      const { members } = this.#network.channelOf(this.#company, channelName);
      const rootsOf = (company: string): readonly string[] =>
        members.includes(company) ? this.#network.roots(company) : [];
      const channel = this.#open(channelName);
      return channel.serially(() => channel.store.snapshot(async () => verifyChain(channel, rootsOf)));
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    await Promise.all(
      channels.map((channel) =>
        channel.serially(async () => {
          channel.close();
        }),
      ),
    );
  }

  #verify(signed: SignedProposal): { verified: VerifiedProposal; channel: Channel } {
    const now = Date.now();
    const verified = verifyProposal(signed, (company) => this.#network.roots(company), new Date(now));
    const { channel, timestamp } = verified.proposal;
    this.#network.channelOf(signed.company, channel);
    if (Math.abs(timestamp - now) > TIME_WINDOW) {
      throw new LedgerError('bad-proposal', 'the proposal’s timestamp is more than two minutes off');
    }
    return { verified, channel: this.#open(channel) };
  }

  #functionOf({ proposal }: VerifiedProposal, kind: 'transactions' | 'queries'): ContractFunction {
    const { channel, name } = proposal;
    const purpose = purposeOf(channel);
    const functions = this.#contracts.find((contract) => contract.purpose === purpose)?.[kind] ?? {};
    const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!found)
      throw new LedgerError('unknown-function', `channel ${channel} has no ${name} among its ${kind}`);
    return found;
  }

  /** @throws LedgerError `unknown-channel` or `not-a-member`; a stranger's call opens no file. */
  #open(name: string): Channel {
    this.#network.channelOf(this.#company, name);
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new Channel(this.#network.dir, name, (collection) => {
        const { members, collections } = this.#network.channelOf(this.#company, name);
        return (collections?.[collection] ?? members).includes(this.#company);
      });
      this.#channels.set(name, channel);
    }
    return channel;
  }

  async #answer<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.#closed) throw new LedgerError('unavailable', 'the ledger is closed');
      return await work();
    } catch (cause) {
      if (cause instanceof LedgerError) throw cause;
      throw new LedgerError('unavailable', 'the dev ledger does not work', { cause });
    }
  }
}

/** Runs a contract's function on one unchanging state. */
async function simulate(
  contract: ContractFunction,
  { proposal, txId, caller }: VerifiedProposal,
  channel: Channel,
  { transient, readOnly }: { readonly transient: Transient; readonly readOnly: boolean },
): Promise<{ simulation: Simulation; result: unknown }> {
  const { timestamp, input } = proposal;
  const context = { channel: channel.name, txId, timestamp, caller, transient, readOnly };
  const simulation = new Simulation(context, channel);
  try {
    const result = await channel.store.snapshot(() => contract(simulation, input));
    return { simulation, result: parseCanonical(canonicalBytes(result ?? null)) };
  } catch (cause) {
    throw asRefusal(cause, txId);
  }
}

/** A contract's own refusal keeps its code; a failure of any other kind says nothing about what failed. */
function asRefusal(cause: unknown, txId: string): LedgerError {
  if (cause instanceof LedgerError) return cause;
  if (cause instanceof TacitError) {
    const { code, message } = cause as TacitError;
    return new LedgerError('refused', message, { contractCode: code, txId, cause });
  }
  return new LedgerError('refused', 'the contract failed', { contractCode: 'contract-failed', txId, cause });
}
