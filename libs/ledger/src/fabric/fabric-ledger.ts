import { createContracts, purposeOf, type Contract } from '@tacit/contracts';
import { parseCanonical } from '@tacit/core';
import type { Proposal, ProposalOptions } from '@hyperledger/fabric-gateway';
import { encodeInput } from '../input';
import {
  LedgerError,
  type ChannelInfo,
  type Ledger,
  type LedgerCall,
  type LedgerEvent,
  type LedgerStep,
  type SubmitResult,
} from '../ledger';
import { retryConflicts } from '../retry';
import { Turns } from '../turns';
import { ChannelDirectory } from './channel-directory';
import { Connection, type FabricLedgerOptions } from './connection';
import type { Position } from './event-envelope';
import { followEvents } from './event-stream';
import { failureOf, invalid } from './failure';
import { definitionFor } from './functions';

/**
 * A company's door to Fabric: everything goes through its own peer, which it trusts, and whose gateway collects what
 * the others must endorse.
 */
export class FabricLedger implements Ledger {
  readonly driver = 'fabric';
  readonly company: string;
  readonly #connection: Connection;
  readonly #directory: ChannelDirectory;
  readonly #contracts: readonly Contract[];
  readonly #turns = new Map<string, Turns>();
  readonly #closing = new AbortController();

  constructor(options: FabricLedgerOptions) {
    this.company = options.identity.mspId;
    this.#contracts = options.contracts ?? createContracts();
    this.#connection = new Connection(options);
    this.#directory = new ChannelDirectory(this.#connection, this.company);
  }

  channels(): Promise<readonly ChannelInfo[]> {
    return this.#step('channels', undefined, () => this.#directory.channels());
  }

  async submit(call: LedgerCall): Promise<SubmitResult> {
    const definition = definitionFor(this.#contracts, call, 'transactions');
    const input = encodeInput(call.input ?? null);
    return retryConflicts(RETRY, async () => this.#commit(await this.#proposeToAll(call, definition, input)));
  }

  /** Asks the own peer only: another company's would learn of the question and could answer as it likes. */
  async evaluate(call: LedgerCall): Promise<unknown> {
    const definition = definitionFor(this.#contracts, call, 'queries');
    const input = encodeInput(call.input ?? null);
    const proposal = await this.#propose(call, definition, input, {
      endorsingOrganizations: [this.company],
    });
    const result = await this.#step('evaluate', proposal, () => proposal.evaluate());
    return parseCanonical(result);
  }

  events(channel: string, checkpoint: string | undefined, signal: AbortSignal): AsyncIterable<LedgerEvent> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    return followEvents(channel, checkpoint, either, async (after) => {
      await this.#directory.requireJoined(channel);
      return this.#connection
        .as('client')
        .getNetwork(channel)
        .getChaincodeEvents(
          purposeOf(channel) ?? '',
          after ? { checkpoint: checkpointOf(after) } : FIRST_BLOCK,
        );
    });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection.close();
  }

  /** Transient data goes to the channel's members, whose endorsement it is for, and to nobody else. */
  async #proposeToAll(call: LedgerCall, definition: string, input: Uint8Array): Promise<Proposal> {
    if (!call.transient) return this.#propose(call, definition, input, {});
    await this.#directory.requireJoined(call.channel);
    const { members } = await this.#directory.info(call.channel);
    return this.#propose(call, definition, input, {
      transientData: call.transient,
      endorsingOrganizations: [...members],
    });
  }

  async #propose(
    { channel, name, as: role = 'client' }: LedgerCall,
    definition: string,
    input: Uint8Array,
    options: ProposalOptions,
  ): Promise<Proposal> {
    if (this.#closing.signal.aborted) throw new LedgerError('unavailable', 'the ledger is closed');
    const gateway = this.#connection.as(role);
    await this.#directory.requireJoined(channel);
    return gateway
      .getNetwork(channel)
      .getContract(definition)
      .newProposal(name, { ...options, arguments: [input] });
  }

  async #commit(proposal: Proposal): Promise<SubmitResult> {
    const endorsed = await this.#step('endorse', proposal, () => proposal.endorse());
    const submitted = await this.#step('submit', proposal, () => endorsed.submit());
    const status = await this.#step('commit-status', proposal, () => submitted.getStatus());
    const txId = proposal.getTransactionId();
    if (!status.successful) throw invalid(status.code, txId);
    return { txId, block: Number(status.blockNumber), result: parseCanonical(endorsed.getResult()) };
  }

  /** Transactions that met others are tried again one by one, so that they do not meet each other. */
  #turnsOn(channel: string): Turns {
    let turns = this.#turns.get(channel);
    if (!turns) {
      turns = new Turns();
      this.#turns.set(channel, turns);
    }
    return turns;
  }

  async #step<T>(step: LedgerStep, proposal: Proposal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const txId = proposal?.getTransactionId();
      throw failureOf(error, { step, company: this.company, ...(txId !== undefined && { txId }) });
    }
  }
}

/** A block takes a quarter of a second, and an endorsement before it. */
const RETRY = { attempts: 20, first: 50, longest: 2000 };
const FIRST_BLOCK = { startBlock: 0n };

function checkpointOf({ block, txId }: Position): {
  getBlockNumber(): bigint;
  getTransactionId(): string;
} {
  return { getBlockNumber: () => block, getTransactionId: () => txId };
}
