import * as fs from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Gateway, type Proposal } from '@hyperledger/fabric-gateway';
import { common, gateway as protos, peer } from '@hyperledger/fabric-protos';
import type { CompanyIdentity } from '@tacit/ledger';

/** What a company can send that its driver never would. */
export class RawGateway {
  readonly #client: grpc.Client;
  readonly gateway: Gateway;

  constructor({ mspId, client }: CompanyIdentity, peerAddress: string, tlsCa: string) {
    this.#client = new grpc.Client(peerAddress, grpc.credentials.createSsl(fs.readFileSync(tlsCa)));
    this.gateway = connect({
      client: this.#client,
      identity: { mspId, credentials: Buffer.from(client.certificatePem) },
      signer: signers.newPrivateKeySigner(client.privateKey),
      hash: hash.sha256,
    });
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
