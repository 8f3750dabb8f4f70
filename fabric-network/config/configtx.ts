import * as path from 'node:path';
import type { ChannelDefinition } from '../../tools/companies';
import { advertisedPeer, ordererAddress, ordererMaterial, organizationMsp, type Site } from '../site';
import { memberOfMsp, ORDERER_NODE, type Member } from '../topology';

/** configtxgen's input for one channel; its only profile has the channel's name. */
export function configtx(site: Site, channel: ChannelDefinition): object {
  const members = channel.members.map((mspId) => memberOfMsp(site.topology, mspId));
  return {
    Profiles: {
      [channel.name]: {
        Policies: implicitPolicies(),
        Capabilities: { V3_0: true },
        Orderer: orderer(site),
        Application: {
          Organizations: members.map((member) => memberOrganization(site, member)),
          Policies: {
            ...implicitPolicies(),
            // Of two members, a majority is both.
            LifecycleEndorsement: implicit('MAJORITY Endorsement'),
            Endorsement: implicit('MAJORITY Endorsement'),
          },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
}

function orderer(site: Site): object {
  const { mspId, ports } = site.topology.orderer;
  const certificate = path.join(ordererMaterial(site).tls, 'server.crt');
  return {
    OrdererType: 'etcdraft',
    BatchTimeout: '0.2s',
    // A record with a vector of ciphertexts takes up to 150 kB; a block stays far below gRPC's limit.
    BatchSize: { MaxMessageCount: 50, AbsoluteMaxBytes: '20 MB', PreferredMaxBytes: '4 MB' },
    EtcdRaft: {
      Consenters: [
        {
          Host: site.hostOf(ORDERER_NODE),
          Port: ports.listen,
          ClientTLSCert: certificate,
          ServerTLSCert: certificate,
        },
      ],
      // A single orderer waits for nobody's vote: with short ticks it leads again a second after its start.
      Options: {
        TickInterval: '100ms',
        ElectionTick: 10,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: '16 MB',
      },
    },
    Organizations: [
      {
        Name: mspId,
        ID: mspId,
        MSPDir: organizationMsp(site, site.topology.orderer),
        Policies: {
          Readers: signature(`OR('${mspId}.member')`),
          Writers: signature(`OR('${mspId}.member')`),
          Admins: signature(`OR('${mspId}.admin')`),
        },
        OrdererEndpoints: [ordererAddress(site)],
      },
    ],
    Policies: { ...implicitPolicies(), BlockValidation: implicit('ANY Writers') },
    Capabilities: { V2_0: true },
  };
}

function memberOrganization(site: Site, member: Member): object {
  const { mspId } = member;
  const { host, port } = advertisedPeer(site, member);
  return {
    Name: mspId,
    ID: mspId,
    MSPDir: organizationMsp(site, member),
    Policies: {
      Readers: signature(`OR('${mspId}.admin','${mspId}.peer','${mspId}.client')`),
      Writers: signature(`OR('${mspId}.admin','${mspId}.client')`),
      Admins: signature(`OR('${mspId}.admin')`),
      Endorsement: signature(`OR('${mspId}.peer')`),
    },
    AnchorPeers: [{ Host: host, Port: port }],
  };
}

function implicitPolicies(): object {
  return {
    Readers: implicit('ANY Readers'),
    Writers: implicit('ANY Writers'),
    Admins: implicit('MAJORITY Admins'),
  };
}

function implicit(rule: string): object {
  return { Type: 'ImplicitMeta', Rule: rule };
}

function signature(rule: string): object {
  return { Type: 'Signature', Rule: rule };
}
