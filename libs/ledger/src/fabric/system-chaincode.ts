import { Metadata } from '@grpc/grpc-js';
import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { LedgerError } from '../ledger';
import { DEADLINES, within, type Connection } from './connection';
import { failureOf } from './failure';

const PROCESS_PROPOSAL = '/protos.Endorser/ProcessProposal';

/** Names of the channels that the peer has joined. @throws LedgerError `unavailable` */
export async function joinedChannels(connection: Connection): Promise<readonly string[]> {
  const payload = await askPeer(connection, 'GetChannels');
  return peer.ChannelQueryResponse.deserializeBinary(payload)
    .getChannelsList()
    .map((channel) => channel.getChannelId());
}

/** A channel's configuration in force. @throws LedgerError `unavailable` or `not-a-member` */
export async function channelConfig(connection: Connection, channel: string): Promise<common.Config> {
  return common.Config.deserializeBinary(await askPeer(connection, 'GetChannelConfig', channel));
}

/**
 * Asks the configuration system chaincode. These questions belong to no channel, which the gateway does not take; the
 * peer's endorser does, with the gateway's proposal signed here.
 */
async function askPeer(connection: Connection, question: string, ...args: string[]): Promise<Uint8Array> {
  const proposal = connection
    .as('client')
    .getNetwork('')
    .getContract('cscc')
    .newProposal(question, { arguments: args });
  const signed = gateway.ProposedTransaction.deserializeBinary(proposal.getBytes()).getProposal();
  if (!signed) throw new LedgerError('bad-proposal', 'the gateway made no proposal');
  signed.setSignature(await connection.sign(proposal.getDigest()));
  const response = await new Promise<peer.ProposalResponse>((resolve, reject) => {
    connection.client.makeUnaryRequest(
      PROCESS_PROPOSAL,
      (message: peer.SignedProposal) => Buffer.from(message.serializeBinary()),
      (bytes) => peer.ProposalResponse.deserializeBinary(bytes),
      signed,
      new Metadata(),
      within(DEADLINES.system),
      (error, value) => {
        if (value) resolve(value);
        else reject(failureOf(error, { step: 'channels' }));
      },
    );
  });
  const result = response.getResponse();
  if (result?.getStatus() === 200) return result.getPayload_asU8();
  const message = result?.getMessage() ?? 'no response';
  const code = /access denied/i.test(message) ? 'not-a-member' : 'unavailable';
  throw new LedgerError(code, `${question}: ${message}`, { step: 'channels' });
}
