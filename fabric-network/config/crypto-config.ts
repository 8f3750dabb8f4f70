import { chaincodeNode, ORDERER_NODE, peerNode, type Member, type Orderer } from '../topology';

/** Every name by which a node is reached, natively or in Compose. */
const LOCAL_NAMES = ['localhost', '127.0.0.1'];

/** cryptogen's input for the ordering organisation. */
export function ordererCryptoConfig({ domain }: Orderer): object {
  return {
    OrdererOrgs: [
      {
        Name: 'Orderer',
        Domain: domain,
        EnableNodeOUs: true,
        Specs: [{ Hostname: ORDERER_NODE, SANS: [ORDERER_NODE, ...LOCAL_NAMES] }],
      },
    ],
  };
}

/** cryptogen's input for a company: a peer, its chaincode's TLS server, an admin and one client. */
export function memberCryptoConfig(member: Member): object {
  return {
    PeerOrgs: [
      {
        Name: member.mspId,
        Domain: member.domain,
        EnableNodeOUs: true,
        Specs: [
          { Hostname: 'peer', SANS: [peerNode(member), ...LOCAL_NAMES] },
          { Hostname: 'chaincode', SANS: [chaincodeNode(member), ...LOCAL_NAMES] },
        ],
        Users: { Count: 1 },
      },
    ],
  };
}
