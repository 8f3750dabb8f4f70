import { parseCanonical, toHex, transcriptHash } from '@tacit/core';
import type { Caller } from '@tacit/contracts';
import { createHash, randomBytes, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { verifyMember, type Identity, type Member } from '../identity';
import { encodeInput } from '../input';
import { LedgerError, type LedgerCall } from '../ledger';

/** What a company asks its peer to run. */
const proposalSchema = z.strictObject({
  channel: z.string(),
  name: z.string(),
  input: z.unknown(),
  /** Milliseconds UTC on the submitter's clock. */
  timestamp: z.int().nonnegative(),
  /** 192 random bits, hexadecimal: makes the transaction's id unique. */
  nonce: z.string().regex(/^[0-9a-f]{48}$/),
});

export type Proposal = z.infer<typeof proposalSchema>;

export interface SignedProposal {
  /** The proposal as RFC 8785 JSON. */
  readonly bytes: Uint8Array;
  /** MSP ID of the creator. */
  readonly company: string;
  /** The creator's certificate, DER. */
  readonly certificate: Uint8Array;
  /** ES256 over H("proposal", bytes), 64 bytes. */
  readonly signature: Uint8Array;
}

/** A proposal whose creator is known. */
export interface VerifiedProposal {
  readonly signed: SignedProposal;
  readonly proposal: Proposal;
  readonly txId: string;
  readonly caller: Caller;
}

/** @throws LedgerError `bad-proposal` when the input is not JSON of text and safe integers. */
export function signProposal(call: LedgerCall, identity: Identity, timestamp: number): SignedProposal {
  const { channel, name, input = null } = call;
  const proposal: Proposal = { channel, name, input, timestamp, nonce: randomBytes(24).toString('hex') };
  const bytes = encodeInput(proposal);
  return {
    bytes,
    company: identity.mspId,
    certificate: identity.certificateDer,
    signature: new Uint8Array(
      sign('sha256', transcriptHash('proposal', bytes), {
        key: identity.privateKey,
        dsaEncoding: 'ieee-p1363',
      }),
    ),
  };
}

/** Parses and checks a proposal: its creator's certificate at `at`, its signature. @throws LedgerError */
export function verifyProposal(
  signed: SignedProposal,
  rootsOf: (company: string) => readonly string[],
  at: Date,
): VerifiedProposal {
  const { company, certificate, signature } = signed;
  const proposal = decode(signed.bytes);
  const { role, fingerprint, publicKey } = verifyCreator(certificate, rootsOf(company), at);
  const digest = transcriptHash('proposal', signed.bytes);
  if (!verify('sha256', digest, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new LedgerError('bad-proposal', 'the proposal is not signed by its creator');
  }
  return {
    signed,
    proposal,
    txId: transactionId(proposal.nonce, certificate),
    caller: { company, role, fingerprint },
  };
}

/** SHA-256 of nonce and creator, hexadecimal, as in Fabric. */
function transactionId(nonce: string, certificate: Uint8Array): string {
  return toHex(createHash('sha256').update(nonce, 'hex').update(certificate).digest());
}

function verifyCreator(certificate: Uint8Array, roots: readonly string[], at: Date): Member {
  try {
    return verifyMember(certificate, roots, at);
  } catch (cause) {
    throw new LedgerError('bad-proposal', 'the proposal’s creator is no member of the channel', { cause });
  }
}

function decode(bytes: Uint8Array): Proposal {
  try {
    return proposalSchema.parse(parseCanonical(bytes));
  } catch (cause) {
    throw new LedgerError('bad-proposal', 'not a proposal in its RFC 8785 form', { cause });
  }
}
