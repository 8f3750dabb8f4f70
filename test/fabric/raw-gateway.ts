import * as fs from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import {
  connect,
  hash,
  signers,
  StatusCode,
  type Contract,
  type Gateway,
  type Network,
  type Proposal,
  type Signer,
  type SubmittedTransaction,
} from '@hyperledger/fabric-gateway';
import { common, gateway as protos, peer } from '@hyperledger/fabric-protos';
import { purposeOf } from '@tacit/contracts';
import { loadMspIdentity, type CompanyIdentity } from '@tacit/ledger';
import type { FabricNetwork } from '../../fabric-network';

const DEADLINE_MS = 60_000;

/** What a company can send that its driver never would: Fabric's own client, at any company's peer. */
export class RawGateway {
  readonly gateway: Gateway;
  /** Signs a digest with the company's key. */
  readonly sign: Signer;
  readonly #client: grpc.Client;

  constructor({ mspId, client }: CompanyIdentity, peerAddress: string, tlsCa: string) {
    this.#client = new grpc.Client(peerAddress, grpc.credentials.createSsl(fs.readFileSync(tlsCa)));
    this.sign = signers.newPrivateKeySigner(client.privateKey);
    const within = (): grpc.CallOptions => ({ deadline: Date.now() + DEADLINE_MS });
    this.gateway = connect({
      client: this.#client,
      identity: { mspId, credentials: Buffer.from(client.certificatePem) },
      signer: this.sign,
      hash: hash.sha256,
      evaluateOptions: within,
      endorseOptions: within,
      submitOptions: within,
      commitStatusOptions: within,
      chaincodeEventsOptions: within,
      blockEventsOptions: within,
      blockAndPrivateDataEventsOptions: within,
    });
  }

  /** @param options MSP IDs: of the signer, and of the company whose peer is asked; the signer's unless told */
  static open(
    fabric: FabricNetwork,
    { company, peerOf = company }: { readonly company: string; readonly peerOf?: string },
  ): RawGateway {
    const { peer: address, tlsCa } = fabric.connectionOf(peerOf);
    const client = fabric.connectionOf(company).clientMsp;
    return new RawGateway(loadMspIdentity({ mspId: company, displayName: company, client }), address, tlsCa);
  }

  network(channel: string): Network {
    return this.gateway.getNetwork(channel);
  }

  /** The channel's Tacit contract. */
  contract(channel: string): Contract {
    return this.network(channel).getContract(purposeOf(channel) ?? '');
  }

  /** The proposal as if it had been made then; it is signed when it is sent. */
  at(time: Date, proposal: Proposal): Proposal {
    const proposed = protos.ProposedTransaction.deserializeBinary(proposal.getBytes());
    const signed = proposed.getProposal()!;
    const inner = peer.Proposal.deserializeBinary(signed.getProposalBytes_asU8());
    const header = common.Header.deserializeBinary(inner.getHeader_asU8());
    const channelHeader = common.ChannelHeader.deserializeBinary(header.getChannelHeader_asU8());
    const timestamp = channelHeader.getTimestamp() as unknown as { fromDate(date: Date): void };
    timestamp.fromDate(time);
    header.setChannelHeader(channelHeader.serializeBinary());
    inner.setHeader(header.serializeBinary());
    signed.setProposalBytes(inner.serializeBinary());
    return this.gateway.newProposal(proposed.serializeBinary());
  }

  close(): void {
    this.gateway.close();
    this.#client.close();
  }
}

/** What the channel's peers made of a transaction that was ordered, as Fabric's validation code. */
export async function verdictOf(transaction: SubmittedTransaction): Promise<string> {
  const { code } = await transaction.getStatus();
  return Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? code.toString();
}

/** All that a failed call to Fabric says: the gateway's message and what each peer had against it. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { message, details = [] } = error as {
      message: string;
      details?: readonly { mspId: string; message: string }[];
    };
    return [message, ...details.map((detail) => `${detail.mspId}: ${detail.message}`)].join('\n');
  }
  return 'not refused';
}

/**
 * An endorsed transaction in whose write set one text stands in the place of another of the same length; unsigned.
 * What the client has proposed stays as it was.
 */
export function withChangedWrite(transaction: Uint8Array, text: string, other: string): Uint8Array {
  const prepared = protos.PreparedTransaction.deserializeBinary(transaction);
  const envelope = prepared.getEnvelope()!;
  const payload = Buffer.from(envelope.getPayload_asU8());
  // The proposal comes first in a transaction, and then what its endorsers have signed.
  const at = payload.lastIndexOf(text);
  if (at === payload.indexOf(text) || text.length !== other.length) {
    throw new Error('the text does not stand in proposal and write set');
  }
  payload.write(other, at);
  envelope.setPayload(payload);
  return prepared.serializeBinary();
}
