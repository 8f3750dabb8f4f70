import { status as grpcStatus } from '@grpc/grpc-js';
import { GatewayError, StatusCode } from '@hyperledger/fabric-gateway';
import { z } from 'zod';
import {
  LedgerError,
  type EndorserFailure,
  type LedgerErrorCode,
  type LedgerErrorDetails,
  type LedgerStep,
} from '../ledger';

/** What the driver was doing. */
export interface FailureContext {
  readonly step: LedgerStep;
  readonly txId?: string;
  /** MSP ID of the company whose peer was asked. */
  readonly company?: string;
}

const refusal = z.strictObject({ code: z.string(), message: z.string() });
type Refusal = z.infer<typeof refusal>;

/** What a peer says of a proposal, by what it means for the caller; the first match counts. */
const PEER_MESSAGES: readonly (readonly [RegExp, LedgerErrorCode])[] = [
  [/ProposalResponsePayloads do not match/, 'conflict'],
  [/incorrect timestamp|identity expired/, 'bad-proposal'],
  [/access denied|creator is malformed|Failed to get policy manager/, 'not-a-member'],
];

/** gRPC failures that no waiting will mend. Everything else may be better in a moment. */
const FINAL: ReadonlyMap<number, LedgerErrorCode> = new Map([
  [grpcStatus.INVALID_ARGUMENT, 'bad-proposal'],
  [grpcStatus.PERMISSION_DENIED, 'not-a-member'],
  [grpcStatus.UNAUTHENTICATED, 'not-a-member'],
]);

/** Verdicts that another attempt with a new endorsement can change. */
const CONFLICTS: ReadonlySet<number> = new Set([
  StatusCode.MVCC_READ_CONFLICT,
  StatusCode.PHANTOM_READ_CONFLICT,
  // The definition was upgraded between endorsement and commit.
  StatusCode.EXPIRED_CHAINCODE,
  StatusCode.CHAINCODE_VERSION_CONFLICT,
]);

/** The error of a step as the port tells it. */
export function failureOf(error: unknown, context: FailureContext): LedgerError {
  if (error instanceof LedgerError) return error;
  const { step, txId, company } = context;
  const endorsers = error instanceof GatewayError ? error.details : [];
  const details: LedgerErrorDetails = { step, endorsers, cause: error, ...(txId !== undefined && { txId }) };
  if (step === 'submit' || step === 'commit-status') {
    return new LedgerError('unavailable', `outcome unknown: ${messageOf(error)}`, details);
  }
  const own = endorsers.find(({ mspId }) => mspId === company);
  const refused = own && refusalIn(own.message);
  if (refused) return refusedBy(refused, details);
  const other = endorsers.find(({ message }) => refusalIn(message) !== undefined);
  if (other) {
    // The own peer has endorsed: the other one is a block behind, or ahead.
    return new LedgerError('conflict', `the peers do not agree: ${describe([other])}`, details);
  }
  const texts = [...endorsers.map(({ message }) => message), messageOf(error)];
  const told = PEER_MESSAGES.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
  const code = told ?? FINAL.get(grpcCodeOf(error)) ?? 'unavailable';
  return new LedgerError(code, [messageOf(error), describe(endorsers)].filter(Boolean).join(': '), details);
}

/** A transaction that stands on the channel and is not valid. */
export function invalid(code: number, txId: string): LedgerError {
  const verdict = Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? code.toString();
  return new LedgerError(
    CONFLICTS.has(code) ? 'conflict' : 'bad-proposal',
    `the transaction is not valid: ${verdict}`,
    { step: 'commit', txId },
  );
}

/** The chaincode's `{code, message}`, with which it refuses or tells what it could not read. */
function refusedBy({ code, message }: Refusal, details: LedgerErrorDetails): LedgerError {
  if (code === 'unavailable' || code === 'not-a-member' || code === 'unknown-function') {
    return new LedgerError(code, message, details);
  }
  return new LedgerError('refused', message, { ...details, contractCode: code });
}

function refusalIn(message: string): Refusal | undefined {
  const json = /^chaincode response \d+, (\{[^]*\})$/.exec(message)?.[1];
  if (json === undefined) return undefined;
  try {
    return refusal.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function describe(endorsers: readonly EndorserFailure[]): string {
  return endorsers.map(({ mspId, address, message }) => `${mspId} (${address}): ${message}`).join('; ');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function grpcCodeOf(error: unknown): number {
  return (error as { code?: unknown } | undefined)?.code as number;
}
