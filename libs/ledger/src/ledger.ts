import { TacitError } from '@tacit/core';

/** One company's door to the ledger. Drivers: the dev ledger (one machine), Fabric (a peer of the company's own). */
export interface Ledger {
  readonly driver: 'dev' | 'fabric';
  /** MSP ID of the company that this door belongs to. */
  readonly company: string;

  /** Channels that this company has joined. */
  channels(): Promise<readonly ChannelInfo[]>;

  /**
   * Runs a contract's transaction and waits until it is committed. Contracts are idempotent: submitting the same
   * input again after an unknown outcome is safe, and conflicts of concurrent reads are retried in here.
   * @throws LedgerError
   */
  submit(call: LedgerCall): Promise<SubmitResult>;

  /** Runs a contract's query. @throws LedgerError */
  evaluate(call: LedgerCall): Promise<unknown>;

  /**
   * Committed events after `checkpoint` (exclusive; the string of an earlier event, or undefined for all), in
   * order, and then as they come, until the signal aborts. Reopens by itself.
   */
  events(channel: string, checkpoint: string | undefined, signal: AbortSignal): AsyncIterable<LedgerEvent>;

  close(): Promise<void>;
}

export interface ChannelInfo {
  readonly name: string;
  /** MSP IDs of the members. */
  readonly members: readonly string[];
  /** Certificates (PEM) that issue each member's own, from the channel's configuration. */
  readonly roots: Readonly<Record<string, readonly string[]>>;
}

export interface LedgerCall {
  readonly channel: string;
  /** Name of the contract's transaction or query. */
  readonly name: string;
  /** JSON. */
  readonly input: unknown;
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  /** Which of the company's identities signs; `client` unless told. */
  readonly as?: 'client' | 'admin';
}

export interface SubmitResult {
  readonly txId: string;
  readonly block: number;
  readonly result: unknown;
}

export interface LedgerEvent {
  readonly channel: string;
  readonly name: string;
  readonly payload: unknown;
  readonly txId: string;
  readonly block: number;
  /** The transaction's timestamp, milliseconds UTC. */
  readonly timestamp: number;
  /** Pass it to `events` to go on after this event; stored with whatever the event changed. */
  readonly checkpoint: string;
}

/**
 * What failed. `refused` carries the contract's own code in `contractCode` and is final; `misconfigured` is raised
 * when the ledger's or the company's files do not allow this driver to open, or to sign as the call asks.
 */
export type LedgerErrorCode =
  | 'refused'
  | 'unknown-channel'
  | 'not-a-member'
  | 'unknown-function'
  | 'bad-proposal'
  | 'conflict'
  | 'unavailable'
  | 'misconfigured';

/**
 * Where on a transaction's way it failed. After `submit` and `commit-status` the outcome is unknown and the same call
 * may be made again; `commit` means that the transaction is on the channel and was not valid.
 */
export type LedgerStep =
  'channels' | 'evaluate' | 'endorse' | 'submit' | 'commit-status' | 'commit' | 'events';

/** What one peer or orderer had against a transaction. */
export interface EndorserFailure {
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

export interface LedgerErrorDetails {
  readonly contractCode?: string;
  readonly txId?: string;
  readonly step?: LedgerStep;
  readonly endorsers?: readonly EndorserFailure[];
  readonly cause?: unknown;
}

export class LedgerError extends TacitError<LedgerErrorCode> {
  override readonly name = 'LedgerError';
  readonly contractCode: string | undefined;
  readonly txId: string | undefined;
  readonly step: LedgerStep | undefined;
  readonly endorsers: readonly EndorserFailure[];

  constructor(code: LedgerErrorCode, message: string, details: LedgerErrorDetails = {}) {
    super(code, message, { cause: details.cause });
    this.contractCode = details.contractCode;
    this.txId = details.txId;
    this.step = details.step;
    this.endorsers = details.endorsers ?? [];
  }

  /** true when the same call may succeed later. */
  get transient(): boolean {
    return this.code === 'conflict' || this.code === 'unavailable';
  }
}
