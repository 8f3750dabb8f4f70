import * as path from 'node:path';
import { chaincodeNode, ORDERER_NODE, peerNode, type Member, type Orderer, type Topology } from './topology';

/**
 * A topology at a place: everything about it that differs between processes on this machine and containers. Names
 * in certificates, MSP IDs and channels never do.
 */
export interface Site {
  readonly topology: Topology;
  /** Address that the nodes bind to. */
  readonly bind: string;
  /** Host at which the others reach a node. */
  readonly hostOf: (node: string) => string;
  /** Folder of certificates and keys, generated configuration and packages. */
  readonly materialDir: string;
  /** Folder of what a node stores. */
  readonly dataDirOf: (node: string) => string;
  /** For each member, the HTTP proxy through which its peer reaches the others' peers; directly unless told. */
  readonly peerProxies?: PeerProxies;
}

/** URLs by MSP ID. */
export type PeerProxies = Readonly<Record<string, string>>;

/** Where an organisation's certificates and keys are: one folder each, which is all that it needs of them. */
export interface Material {
  readonly msp: string;
  readonly tls: string;
}

export const CLIENT_USER = 'User1';
export const ADMIN_USER = 'Admin';

export function ordererAddress({ topology, hostOf }: Site): string {
  return `${hostOf(ORDERER_NODE)}:${topology.orderer.ports.listen}`;
}

export function ordererAdminAddress({ topology, hostOf }: Site): string {
  return `${hostOf(ORDERER_NODE)}:${topology.orderer.ports.admin}`;
}

export function peerAddress({ hostOf }: Site, member: Member): string {
  return `${hostOf(peerNode(member))}:${member.ports.peer}`;
}

/**
 * Where the other members' peers find a member's peer. Fabric's programs never take a proxy to `localhost`, so with
 * proxies it is the name in the peer's certificate, which the proxies have to know.
 */
export function advertisedPeer(
  { hostOf, peerProxies }: Site,
  member: Member,
): { readonly host: string; readonly port: number } {
  const host = peerProxies === undefined ? hostOf(peerNode(member)) : `peer.${member.domain}`;
  return { host, port: member.ports.peer };
}

export function chaincodeAddress({ hostOf }: Site, member: Member): string {
  return `${hostOf(chaincodeNode(member))}:${member.ports.chaincode}`;
}

/** Base URL of a node's `/healthz` and `/metrics`. */
export function operationsUrl({ hostOf }: Site, owner: Member | Orderer): string {
  const node = 'slug' in owner ? peerNode(owner) : ORDERER_NODE;
  return `http://${hostOf(node)}:${owner.ports.operations}`;
}

/** Everything that an organisation needs, and of the others nothing: it could be on a machine of its own. */
export function organizationDir({ materialDir }: Site, owner: Member | Orderer): string {
  return path.join(materialDir, 'organizations', 'slug' in owner ? owner.slug : ORDERER_NODE);
}

/** The organisation's public MSP: what a channel's configuration says about it. */
export function organizationMsp(site: Site, owner: Member | Orderer): string {
  return path.join(organizationRoot(site, owner), 'msp');
}

export function ordererMaterial(site: Site): Material {
  const { domain } = site.topology.orderer;
  return material(
    path.join(organizationRoot(site, site.topology.orderer), 'orderers', `${ORDERER_NODE}.${domain}`),
  );
}

export function ordererAdmin(site: Site): Material {
  const { domain } = site.topology.orderer;
  return material(
    path.join(organizationRoot(site, site.topology.orderer), 'users', `${ADMIN_USER}@${domain}`),
  );
}

/** @param host `peer` or `chaincode` */
export function memberMaterial(site: Site, member: Member, host: 'peer' | 'chaincode'): Material {
  return material(path.join(organizationRoot(site, member), 'peers', `${host}.${member.domain}`));
}

export function userMaterial(
  site: Site,
  member: Member,
  user: typeof CLIENT_USER | typeof ADMIN_USER,
): Material {
  return material(path.join(organizationRoot(site, member), 'users', `${user}@${member.domain}`));
}

/** FABRIC_CFG_PATH of an organisation's node. */
export function configDir(site: Site, owner: Member | Orderer): string {
  return path.join(organizationDir(site, owner), 'config');
}

export function builderDir(site: Site, member: Member): string {
  return path.join(organizationDir(site, member), 'builder');
}

export function packageFile(site: Site, member: Member): string {
  return path.join(organizationDir(site, member), 'chaincode.tgz');
}

/** Text file with Fabric's name for the package. */
export function packageIdFile(site: Site, member: Member): string {
  return path.join(organizationDir(site, member), 'chaincode.id');
}

export function genesisBlockFile({ materialDir }: Site, channel: string): string {
  return path.join(materialDir, 'channels', `${channel}.block`);
}

export function collectionsFile({ materialDir }: Site, channel: string): string {
  return path.join(materialDir, 'channels', `${channel}.collections.json`);
}

/** cryptogen's folder for an organisation. */
export function organizationRoot(site: Site, owner: Member | Orderer): string {
  const kind = 'slug' in owner ? 'peerOrganizations' : 'ordererOrganizations';
  return path.join(organizationDir(site, owner), kind, owner.domain);
}

function material(dir: string): Material {
  return { msp: path.join(dir, 'msp'), tls: path.join(dir, 'tls') };
}
