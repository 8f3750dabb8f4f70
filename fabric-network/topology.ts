import {
  A2_CHANNELS,
  CHANNELS,
  COMPANIES,
  MANUFACTURER_A2,
  type ChannelDefinition,
  type CompanyDefinition,
} from '../tools/companies';
import { slugOf } from '../tools/company-process';

/** Ports of the ordering service: clients and peers, channel participation, health and metrics. */
export interface OrdererPorts {
  readonly listen: number;
  readonly admin: number;
  readonly operations: number;
}

/** Ports of a member: its peer, its peer's health and metrics, its chaincode. */
export interface MemberPorts {
  readonly peer: number;
  readonly operations: number;
  readonly chaincode: number;
}

/** The organisation that orders. None of the companies, so that none of them sees or delays the others' traffic. */
export interface Orderer {
  readonly mspId: string;
  /** Domain of the names in its certificates. */
  readonly domain: string;
  readonly ports: OrdererPorts;
}

/** A company of the network. Its nodes are `peer-<slug>` and `chaincode-<slug>`. */
export interface Member {
  readonly slug: string;
  readonly mspId: string;
  readonly displayName: string;
  readonly domain: string;
  readonly ports: MemberPorts;
}

/** A company that can join a running network, and the channels that come with it. */
export interface Addition {
  readonly member: Member;
  readonly channels: readonly ChannelDefinition[];
}

export interface Topology {
  readonly orderer: Orderer;
  readonly members: readonly Member[];
  readonly channels: readonly ChannelDefinition[];
  readonly additions: readonly Addition[];
}

/** The chaincode's label and the definitions' version; a new sequence has to be approved by all again. */
export const CHAINCODE = { label: 'tacit', version: '1', sequence: 1 } as const;

export const TOPOLOGY: Topology = {
  orderer: {
    mspId: 'OrdererOrg',
    domain: 'orderer.example',
    ports: { listen: 7050, admin: 7060, operations: 7070 },
  },
  members: COMPANIES.map(memberOf),
  channels: CHANNELS,
  additions: [{ member: memberOf(MANUFACTURER_A2, COMPANIES.length), channels: A2_CHANNELS }],
};

/** Every name in this project that stands for a process of the network. */
export const ORDERER_NODE = 'orderer';
export const peerNode = ({ slug }: Pick<Member, 'slug'>): string => `peer-${slug}`;
export const chaincodeNode = ({ slug }: Pick<Member, 'slug'>): string => `chaincode-${slug}`;

/** The topology with some of its additions among its members. @throws RangeError for a slug that is not addable */
export function extended(topology: Topology, slugs: readonly string[]): Topology {
  const additions = slugs.map((slug) => {
    const addition = topology.additions.find(({ member }) => member.slug === slug);
    if (addition === undefined) throw new RangeError(`${slug} is not a company that can be added`);
    return addition;
  });
  return {
    ...topology,
    members: [...topology.members, ...additions.map(({ member }) => member)],
    channels: [...topology.channels, ...additions.flatMap(({ channels }) => channels)],
    additions: topology.additions.filter((addition) => !additions.includes(addition)),
  };
}

/** The member of this MSP ID. @throws RangeError for a company that is not in the network */
export function memberOfMsp({ members }: Topology, mspId: string): Member {
  const member = members.find((candidate) => candidate.mspId === mspId);
  if (member === undefined) throw new RangeError(`${mspId} is not in this Fabric network`);
  return member;
}

function memberOf({ company, displayName }: CompanyDefinition, index: number): Member {
  const name = slugOf(company);
  return {
    // `manufacturer-a2` → `a2`
    slug: name.slice(name.lastIndexOf('-') + 1),
    mspId: company,
    displayName,
    domain: `${name}.example`,
    ports: { peer: 7051 + index, operations: 7071 + index, chaincode: 7081 + index },
  };
}
