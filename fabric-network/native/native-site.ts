import * as fs from 'node:fs';
import * as path from 'node:path';
import type { PeerProxies, Site } from '../site';
import {
  extended,
  TOPOLOGY,
  type Member,
  type MemberPorts,
  type OrdererPorts,
  type Topology,
} from '../topology';
import { freeKeptPorts } from './ports';

/** `free`: ports that nobody uses when the network is made. */
export type PortChoice = 'usual' | 'free';

/** What a network on this machine has of its own, beside the topology. */
export interface NativeState {
  readonly ports: PortChoice;
  readonly orderer: OrdererPorts;
  /** By slug. */
  readonly members: Readonly<Record<string, MemberPorts>>;
  /** Slugs of the companies that were added later. */
  readonly added: readonly string[];
  /** As in the site; part of what the channels' configurations say, so that it stays. */
  readonly peerProxies?: PeerProxies;
}

/** Names in certificates include it; Node refuses a bare IP address there. */
const HOST = 'localhost';
const LOOPBACK = '127.0.0.1';

/** The state of a new network; nothing is written. */
export async function newState(ports: PortChoice, peerProxies?: PeerProxies): Promise<NativeState> {
  const state = {
    ports,
    orderer: TOPOLOGY.orderer.ports,
    members: {},
    added: [],
    ...(peerProxies && { peerProxies }),
  };
  const [listen = 0, admin = 0, operations = 0] = ports === 'free' ? await freeKeptPorts(3) : [];
  return withMembers(
    ports === 'free' ? { ...state, orderer: { listen, admin, operations } } : state,
    TOPOLOGY.members,
  );
}

/** The state with a company of the topology's additions. @throws RangeError for a slug that is not addable */
export async function withAddition(state: NativeState, slug: string): Promise<NativeState> {
  const added = [...state.added, slug];
  return withMembers({ ...state, added }, extended(TOPOLOGY, added).members);
}

/** The topology with this network's companies and ports. */
export function topologyOf({ orderer, members, added }: NativeState): Topology {
  const topology = extended(TOPOLOGY, added);
  return {
    ...topology,
    orderer: { ...topology.orderer, ports: orderer },
    members: topology.members.map((member) => ({ ...member, ports: members[member.slug] ?? member.ports })),
  };
}

export function nativeSite(dir: string, state: NativeState): Site {
  return {
    topology: topologyOf(state),
    bind: LOOPBACK,
    hostOf: () => HOST,
    materialDir: dir,
    dataDirOf: (node) => path.join(dir, 'data', node),
    ...(state.peerProxies && { peerProxies: state.peerProxies }),
  };
}

export function readState(dir: string): NativeState | undefined {
  const file = stateFile(dir);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as NativeState) : undefined;
}

export function writeState(dir: string, state: NativeState): void {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const draft = `${stateFile(dir)}.draft`;
  fs.writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  fs.renameSync(draft, stateFile(dir));
}

async function withMembers(state: NativeState, all: readonly Member[]): Promise<NativeState> {
  const members: Record<string, MemberPorts> = { ...state.members };
  for (const { slug, ports } of all) {
    if (members[slug] !== undefined) continue;
    const [peer = 0, operations = 0, chaincode = 0] = state.ports === 'free' ? await freeKeptPorts(3) : [];
    members[slug] = state.ports === 'free' ? { peer, operations, chaincode } : ports;
  }
  return { ...state, members };
}

function stateFile(dir: string): string {
  return path.join(dir, 'network.json');
}
