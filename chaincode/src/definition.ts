import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeStub } from 'fabric-shim';

/** The protobuf objects that the shim hands out, of which its types say something else. */
interface ChannelHeader {
  getExtension_asU8(): Uint8Array;
}

/** Name of the chaincode definition to which the peer has routed this proposal. */
export function definitionOf(stub: Pick<ChaincodeStub, 'getSignedProposal'>): string {
  const { channelHeader } = stub.getSignedProposal().proposal.header;
  const extension = (channelHeader as unknown as ChannelHeader).getExtension_asU8();
  return peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId()?.getName() ?? '';
}
