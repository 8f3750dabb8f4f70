import * as path from 'node:path';
import type { ChannelDefinition } from '../tools/companies';
import { collectionsOf, endorsementPolicyOf } from './config/policies';
import { packageId } from './material';
import { runProgram, type Environment, type Output } from './programs';
import {
  ADMIN_USER,
  collectionsFile,
  configDir,
  genesisBlockFile,
  memberMaterial,
  ordererAddress,
  ordererAdmin,
  ordererAdminAddress,
  ordererMaterial,
  packageFile,
  peerAddress,
  userMaterial,
  type Site,
} from './site';
import { CHAINCODE, memberOfMsp, type Member } from './topology';

/** What the ordering service says about a channel. */
export interface OrdererChannel {
  readonly name: string;
}

/** Runs Fabric's administration programs against a network, each as the organisation that it is about. */
export class FabricCommands {
  constructor(private readonly site: Site) {}

  /** Names of the channels that the ordering service orders. */
  async orderedChannels(): Promise<string[]> {
    const { stdout } = await this.#osnadmin('list');
    const { channels } = JSON.parse(stdout) as { channels: readonly OrdererChannel[] | null };
    return (channels ?? []).map(({ name }) => name);
  }

  /** Creates the channel at the ordering service. */
  async orderChannel(channel: string): Promise<void> {
    const block = genesisBlockFile(this.site, channel);
    await this.#osnadmin('join', '--channelID', channel, '--config-block', block);
  }

  /** Names of the channels that the member's peer has joined. */
  async joinedChannels(member: Member): Promise<string[]> {
    const { stdout } = await this.#peer(member, ['channel', 'list']);
    const [, names = ''] = stdout.split('Channels peers has joined:');
    return names.split(/\s+/).filter((name) => name !== '');
  }

  async joinChannel(member: Member, channel: string): Promise<void> {
    await this.#peer(member, ['channel', 'join', '--blockpath', genesisBlockFile(this.site, channel)]);
  }

  /** Number of blocks that the member's peer has of a channel. */
  async height(member: Member, channel: string): Promise<number> {
    const { stdout } = await this.#peer(member, ['channel', 'getinfo', '--channelID', channel]);
    const { height } = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { height: number };
    return height;
  }

  async isInstalled(member: Member): Promise<boolean> {
    const { stdout } = await this.#lifecycle(member, ['queryinstalled', '--output', 'json']);
    const { installed_chaincodes: installed = [] } = JSON.parse(stdout) as {
      installed_chaincodes?: readonly { readonly package_id: string }[];
    };
    return installed.some(({ package_id: id }) => id === packageId(this.site, member));
  }

  async install(member: Member): Promise<void> {
    await this.#lifecycle(member, ['install', packageFile(this.site, member)]);
  }

  /** Sequence of the channel's definition as the member's peer knows it; 0 before the first. */
  async committedSequence(member: Member, channel: ChannelDefinition): Promise<number> {
    const { stdout } = await this.#lifecycle(member, [
      ...['querycommitted', '--channelID', channel.name],
      ...['--output', 'json'],
    ]);
    const { chaincode_definitions: definitions = [] } = JSON.parse(stdout) as {
      chaincode_definitions?: readonly { readonly name: string; readonly sequence: number | string }[];
    };
    return Number(definitions.find(({ name }) => name === channel.purpose)?.sequence ?? 0);
  }

  /** Whether the member has approved the channel's definition that is to be committed. */
  async isApproved(member: Member, channel: ChannelDefinition): Promise<boolean> {
    const { stdout } = await this.#lifecycle(member, [
      'checkcommitreadiness',
      ...this.#definition(channel),
      ...['--output', 'json'],
    ]);
    const { approvals } = JSON.parse(stdout) as { approvals: Readonly<Record<string, boolean>> };
    return approvals[member.mspId] === true;
  }

  /** Returns when the approval is in a block that the member's peer has. */
  async approve(member: Member, channel: ChannelDefinition): Promise<void> {
    await this.#lifecycle(member, [
      'approveformyorg',
      ...this.#orderer(),
      ...this.#definition(channel),
      ...['--package-id', packageId(this.site, member)],
    ]);
  }

  /** Commits what the members have approved; returns when all members' peers have the block. */
  async commit(channel: ChannelDefinition): Promise<void> {
    const [first, ...others] = channel.members.map((mspId) => memberOfMsp(this.site.topology, mspId));
    if (first === undefined) throw new RangeError(`${channel.name} has no members`);
    await this.#lifecycle(first, [
      'commit',
      ...this.#orderer(),
      ...this.#definition(channel),
      ...[first, ...others].flatMap((member) => [
        ...['--peerAddresses', peerAddress(this.site, member)],
        ...['--tlsRootCertFiles', path.join(memberMaterial(this.site, member, 'peer').tls, 'ca.crt')],
      ]),
    ]);
  }

  #definition(channel: ChannelDefinition): string[] {
    return [
      ...['--channelID', channel.name],
      ...['--name', channel.purpose],
      ...['--version', CHAINCODE.version],
      ...['--sequence', CHAINCODE.sequence.toString()],
      ...['--signature-policy', endorsementPolicyOf(channel)],
      ...(collectionsOf(channel) === undefined
        ? []
        : ['--collections-config', collectionsFile(this.site, channel.name)]),
    ];
  }

  #orderer(): string[] {
    const ca = path.join(ordererMaterial(this.site).tls, 'ca.crt');
    return ['--orderer', ordererAddress(this.site), '--tls', '--cafile', ca];
  }

  #lifecycle(member: Member, args: readonly string[]): Promise<Output> {
    return this.#peer(member, ['lifecycle', 'chaincode', ...args]);
  }

  #peer(member: Member, args: readonly string[]): Promise<Output> {
    const env: Environment = {
      FABRIC_CFG_PATH: configDir(this.site, member),
      CORE_PEER_ADDRESS: peerAddress(this.site, member),
      CORE_PEER_LOCALMSPID: member.mspId,
      CORE_PEER_MSPCONFIGPATH: userMaterial(this.site, member, ADMIN_USER).msp,
      CORE_PEER_TLS_ROOTCERT_FILE: path.join(memberMaterial(this.site, member, 'peer').tls, 'ca.crt'),
    };
    return runProgram('peer', args, env);
  }

  #osnadmin(command: 'list' | 'join', ...args: readonly string[]): Promise<Output> {
    const admin = ordererAdmin(this.site).tls;
    return runProgram('osnadmin', [
      ...['channel', command, '--no-status'],
      ...['--orderer-address', ordererAdminAddress(this.site)],
      ...['--ca-file', path.join(ordererMaterial(this.site).tls, 'ca.crt')],
      ...['--client-cert', path.join(admin, 'client.crt')],
      ...['--client-key', path.join(admin, 'client.key')],
      ...args,
    ]);
  }
}
