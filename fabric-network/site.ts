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
}

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

export function chaincodeAddress({ hostOf }: Site, member: Member): string {
  return `${hostOf(chaincodeNode(member))}:${member.ports.chaincode}`;
}

/** Base URL of a node's `/healthz` and `/metrics`. */
export function operationsUrl({ hostOf }: Site, owner: Member | Orderer): string {
  const node = 'slug' in owner ? peerNode(owner) : ORDERER_NODE;
  return `http://${hostOf(node)}:${owner.ports.operations}`;
}

export function ordererDir({ materialDir }: Site): string {
  return path.join(materialDir, 'organizations', ORDERER_NODE);
}

export function memberDir({ materialDir }: Site, { slug }: Pick<Member, 'slug'>): string {
  return path.join(materialDir, 'organizations', slug);
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

/** FABRIC_CFG_PATH of a node. */
export function configDir({ materialDir }: Site, node: string): string {
  return path.join(materialDir, 'config', node);
}

export function builderDir({ materialDir }: Site): string {
  return path.join(materialDir, 'builder');
}

export function packageFile({ materialDir }: Site, { slug }: Member): string {
  return path.join(materialDir, 'packages', `${slug}.tgz`);
}

export function genesisBlockFile({ materialDir }: Site, channel: string): string {
  return path.join(materialDir, 'channels', `${channel}.block`);
}

export function collectionsFile({ materialDir }: Site, channel: string): string {
  return path.join(materialDir, 'channels', `${channel}.collections.json`);
}

function organizationRoot(site: Site, owner: Member | Orderer): string {
  return 'slug' in owner
    ? path.join(memberDir(site, owner), 'peerOrganizations', owner.domain)
    : path.join(ordererDir(site), 'ordererOrganizations', owner.domain);
}

function material(dir: string): Material {
  return { msp: path.join(dir, 'msp'), tls: path.join(dir, 'tls') };
}
