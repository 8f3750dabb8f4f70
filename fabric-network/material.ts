import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ChannelDefinition } from '../tools/companies';
import { BUILDER_SCRIPTS } from './config/builder';
import { chaincodePackage } from './config/chaincode-package';
import { configtx } from './config/configtx';
import { memberCryptoConfig, ordererCryptoConfig } from './config/crypto-config';
import { ordererConfig, peerConfig } from './config/node-config';
import { collectionsOf } from './config/policies';
import { runProgram } from './programs';
import {
  builderDir,
  chaincodeAddress,
  collectionsFile,
  configDir,
  genesisBlockFile,
  memberMaterial,
  organizationDir,
  organizationRoot,
  packageFile,
  packageIdFile,
  type Site,
} from './site';
import { CHAINCODE, type Member, type Orderer } from './topology';

/**
 * Makes what the network's nodes need to start, in `site.materialDir`. Certificates and genesis blocks are made once
 * and kept; configuration is written anew each time, so that it always is what the topology says.
 */
export async function makeMaterial(site: Site): Promise<void> {
  const { orderer, members, channels } = site.topology;
  await Promise.all([
    makeCertificates(site, orderer, ordererCryptoConfig(orderer)),
    ...members.map((member) => makeCertificates(site, member, memberCryptoConfig(member))),
  ]);
  writeJson(path.join(configDir(site, orderer), 'orderer.yaml'), ordererConfig(site));
  for (const member of members) {
    writeJson(path.join(configDir(site, member), 'core.yaml'), peerConfig(site, member));
    writeBuilder(site, member);
    const { archive, id } = packageOf(site, member);
    replace(packageFile(site, member), archive);
    replace(packageIdFile(site, member), id);
  }
  await Promise.all(channels.map((channel) => makeGenesisBlock(site, channel)));
}

/** Fabric's name for the package by which a member's peer reaches its chaincode. */
export function packageId(site: Site, member: Member): string {
  return packageOf(site, member).id;
}

function packageOf(site: Site, member: Member): ReturnType<typeof chaincodePackage> {
  const { tls } = memberMaterial(site, member, 'peer');
  const pem = (name: string): string => fs.readFileSync(path.join(tls, name), 'utf8');
  return chaincodePackage(CHAINCODE.label, {
    address: chaincodeAddress(site, member),
    rootCert: pem('ca.crt'),
    clientCert: pem('server.crt'),
    clientKey: pem('server.key'),
  });
}

async function makeCertificates(site: Site, owner: Member | Orderer, config: object): Promise<void> {
  const root = organizationRoot(site, owner);
  if (fs.existsSync(root)) return;
  // Renamed when it is complete: an interrupted start leaves no half of an organisation behind.
  const draft = path.join(organizationDir(site, owner), `certificates.${process.pid}.draft`);
  const input = path.join(draft, 'crypto-config.yaml');
  writeJson(input, config);
  await runProgram('cryptogen', ['generate', `--config=${input}`, `--output=${draft}`]);
  fs.mkdirSync(path.dirname(root), { recursive: true, mode: 0o700 });
  fs.renameSync(path.join(draft, path.relative(organizationDir(site, owner), root)), root);
  fs.rmSync(draft, { recursive: true });
}

async function makeGenesisBlock(site: Site, channel: ChannelDefinition): Promise<void> {
  const collections = collectionsOf(channel);
  if (collections !== undefined) writeJson(collectionsFile(site, channel.name), collections);
  const block = genesisBlockFile(site, channel.name);
  if (fs.existsSync(block)) return;
  const config = path.join(site.materialDir, 'channels', channel.name);
  writeJson(path.join(config, 'configtx.yaml'), configtx(site, channel));
  const draft = `${block}.${process.pid}.draft`;
  await runProgram('configtxgen', [
    ...['-configPath', config],
    ...['-profile', channel.name],
    ...['-channelID', channel.name],
    ...['-outputBlock', draft],
  ]);
  fs.renameSync(draft, block);
}

function writeBuilder(site: Site, member: Member): void {
  for (const [name, script] of Object.entries(BUILDER_SCRIPTS)) {
    const file = path.join(builderDir(site, member), 'bin', name);
    replace(file, script);
    fs.chmodSync(file, 0o755);
  }
}

/** Fabric's programs read YAML, and JSON is YAML. */
function writeJson(file: string, content: object): void {
  replace(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Never seen half written, and readable by the owner only: packages and folders beside it hold keys. */
function replace(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}.draft`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  fs.renameSync(draft, file);
}
