import { createRequire } from 'node:module';
import type { ChaincodeStub } from 'fabric-shim';

/**
 * The shim's own copy of the protobuf classes: they register globally, so a second copy in this process would replace
 * those that the shim serializes with.
 */
const { peer } = createRequire(require.resolve('fabric-shim'))(
  '@hyperledger/fabric-protos',
) as typeof import('@hyperledger/fabric-protos');

/** What the shim hands out as channel header is a protobuf object; its types say something else. */
interface ChannelHeader {
  getExtension_asU8(): Uint8Array;
}

/** Name of the chaincode definition to which the peer has routed this proposal. */
export function definitionOf(stub: Pick<ChaincodeStub, 'getSignedProposal'>): string {
  const { channelHeader } = stub.getSignedProposal().proposal.header;
  const extension = (channelHeader as unknown as ChannelHeader).getExtension_asU8();
  return peer.ChaincodeHeaderExtension.deserializeBinary(extension).getChaincodeId()?.getName() ?? '';
}
