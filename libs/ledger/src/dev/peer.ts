import type { ChannelInfo, LedgerEvent, SubmitResult } from '../ledger';
import type { SignedProposal } from './proposal';

export type Transient = Readonly<Record<string, Uint8Array>>;

/** What a company's client asks of its peer, in the same thread or in another one. Every call may throw LedgerError. */
export interface Peer {
  channels(): Promise<readonly ChannelInfo[]>;
  /** Simulates once and commits. @throws LedgerError `conflict`: sign a new proposal and try again. */
  submit(signed: SignedProposal, transient: Transient): Promise<SubmitResult>;
  evaluate(signed: SignedProposal, transient: Transient): Promise<unknown>;
  /** Events of later blocks; waits for the first one, at most `patience` milliseconds. */
  eventsAfter(channel: string, block: number, patience: number): Promise<readonly LedgerEvent[]>;
  close(): Promise<void>;
}
