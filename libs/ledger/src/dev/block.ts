import { canonicalBytes, equalBytes, transcriptHash, u64be } from '@tacit/core';
import type { SignedProposal } from './proposal';
import type { ReadWriteSet } from './read-write-set';

/** One committed transaction. Blocks count from 1; each names its predecessor's hash. */
export interface Block {
  readonly number: number;
  readonly txId: string;
  /** The proposal's, milliseconds UTC. */
  readonly timestamp: number;
  readonly previousHash: Uint8Array;
  /** H("block", number, previousHash, dataHash). */
  readonly hash: Uint8Array;
  readonly signed: SignedProposal;
  /** RFC 8785 JSON of BlockEffects. */
  readonly effects: Uint8Array;
  /** RFC 8785 JSON of BlockEvent, when the transaction emitted one. */
  readonly event: Uint8Array | undefined;
}

export interface BlockEffects extends ReadWriteSet {
  readonly result: unknown;
}

export interface BlockEvent {
  readonly name: string;
  readonly payload: unknown;
}

/** End of a channel's chain. */
export interface ChainHead {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** What the first block of a channel follows; chains of two channels never share a block. */
export function genesis(channel: string): ChainHead {
  return { number: 0, hash: transcriptHash('genesis', channel) };
}

export function nextBlock(
  head: ChainHead,
  transaction: { txId: string; timestamp: number; signed: SignedProposal },
  effects: BlockEffects,
  event: BlockEvent | undefined,
): Block {
  const block = {
    ...transaction,
    number: head.number + 1,
    previousHash: head.hash,
    effects: canonicalBytes(effects),
    event: event && canonicalBytes(event),
  };
  return { ...block, hash: blockHash(block) };
}

/** true when the block follows `head` and its hash covers its content. */
export function follows(block: Block, head: ChainHead): boolean {
  return (
    block.number === head.number + 1 &&
    equalBytes(block.previousHash, head.hash) &&
    equalBytes(block.hash, blockHash(block))
  );
}

function blockHash(block: Omit<Block, 'hash'>): Uint8Array {
  const { signed } = block;
  const dataHash = transcriptHash(
    'block-data',
    signed.bytes,
    signed.company,
    signed.certificate,
    signed.signature,
    block.effects,
    block.event ?? '',
  );
  return transcriptHash('block', u64be(block.number), block.previousHash, dataHash);
}
