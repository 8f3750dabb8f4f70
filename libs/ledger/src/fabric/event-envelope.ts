import { parseCanonical } from '@tacit/core';
import type { ChaincodeEvent } from '@hyperledger/fabric-gateway';
import { z } from 'zod';
import { LedgerError, type LedgerEvent } from '../ledger';

/** What the chaincode puts into an event, because Fabric's events do not carry the transaction's time. */
const envelope = z.strictObject({ payload: z.unknown(), timestamp: z.int().nonnegative() });

/** Where a stream of events goes on: after the transaction of this block. */
export interface Position {
  readonly block: bigint;
  readonly txId: string;
}

/** @throws LedgerError `misconfigured` when the definition runs a chaincode that is not ours */
export function toLedgerEvent(channel: string, event: ChaincodeEvent): LedgerEvent {
  const { blockNumber: block, transactionId: txId, eventName: name } = event;
  try {
    const { payload, timestamp } = envelope.parse(parseCanonical(event.payload));
    return { channel, name, payload, txId, block: Number(block), timestamp, checkpoint: `${block}:${txId}` };
  } catch (cause) {
    throw new LedgerError('misconfigured', `event ${name} on ${channel} is not of Tacit’s chaincode`, {
      step: 'events',
      txId,
      cause,
    });
  }
}

/** @throws LedgerError `bad-proposal` */
export function positionOf(checkpoint: string | undefined): Position | undefined {
  if (checkpoint === undefined) return undefined;
  const [, block, txId] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(checkpoint) ?? [];
  if (block === undefined || txId === undefined) {
    throw new LedgerError('bad-proposal', 'the checkpoint is not one of this ledger', { step: 'events' });
  }
  return { block: BigInt(block), txId };
}
