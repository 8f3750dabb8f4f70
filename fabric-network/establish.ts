import type { ChannelDefinition } from '../tools/companies';
import { FabricCommands } from './commands';
import { FabricNetworkError } from './error';
import { requireAnswer, requireHealthy, requireLeader, waitUntil, type WaitOptions } from './readiness';
import { operationsUrl, type Site } from './site';
import { CHAINCODE, memberOfMsp } from './topology';

const COMMIT_ATTEMPTS = 5;

export interface EstablishOptions {
  /** One line about what is done now. */
  readonly onProgress: (text: string) => void;
  /** Called while waiting; throws when that has become pointless. */
  readonly whileWaiting: () => void;
}

/**
 * Brings a network whose nodes run to where every channel answers every member. Each step is done only where it is
 * missing, so that it may be interrupted anywhere, and repeated.
 * @throws FabricNetworkError
 */
export async function establish(site: Site, { onProgress, whileWaiting }: EstablishOptions): Promise<void> {
  const { orderer, members, channels } = site.topology;
  const commands = new FabricCommands(site);
  const wait = (timeoutMs: number): WaitOptions => ({ timeoutMs, whileWaiting });

  onProgress('waiting for the orderer and the peers');
  await Promise.all(
    [orderer, ...members].map((owner) =>
      waitUntil(
        `health of ${owner.mspId}'s node`,
        () => requireHealthy(operationsUrl(site, owner)),
        wait(30_000),
      ),
    ),
  );

  onProgress('channels and chaincode packages');
  // Healthy comes a moment before administrable.
  const ordered = await waitUntil(
    'administration of the orderer',
    () => commands.orderedChannels(),
    wait(10_000),
  );
  await Promise.all([
    ...channels.filter(({ name }) => !ordered.includes(name)).map(({ name }) => commands.orderChannel(name)),
    ...members.map(async (member) => {
      const joined = await commands.joinedChannels(member);
      const missing = channels.filter(
        ({ name, members: mspIds }) => mspIds.includes(member.mspId) && !joined.includes(name),
      );
      // One after the other: a peer creates one ledger at a time.
      for (const { name } of missing) await commands.joinChannel(member, name);
      if (!(await commands.isInstalled(member))) await commands.install(member);
    }),
  ]);

  onProgress('definitions of the chaincode');
  await Promise.all(
    channels.map(async (channel) => {
      await waitUntil(
        `Raft leader of channel ${channel.name}`,
        () => requireLeader(operationsUrl(site, orderer), channel.name),
        wait(30_000),
      );
      await define(commands, site, channel);
    }),
  );

  onProgress('waiting until every channel answers');
  await Promise.all(
    channels.flatMap((channel) =>
      channel.members.map((mspId) => {
        const member = memberOfMsp(site.topology, mspId);
        return waitUntil(
          `answer on channel ${channel.name} to ${mspId}`,
          () => requireAnswer(site, member, channel),
          wait(45_000),
        );
      }),
    ),
  );
}

/** Approves and commits the channel's definition unless it stands already. */
async function define(commands: FabricCommands, site: Site, channel: ChannelDefinition): Promise<void> {
  const members = channel.members.map((mspId) => memberOfMsp(site.topology, mspId));
  const isDefined = async (): Promise<boolean> => {
    const committed = await Promise.all(members.map((member) => commands.committedSequence(member, channel)));
    return committed.every((sequence) => sequence >= CHAINCODE.sequence);
  };
  if (await isDefined()) return;
  await Promise.all(
    members.map(async (member) => {
      if (!(await commands.isApproved(member, channel))) await commands.approve(member, channel);
    }),
  );
  // An approval is in a block that its own peer has; the other one may be a moment behind and endorse another state.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await commands.commit(channel);
      return;
    } catch (error) {
      if (await isDefined()) return;
      if (!(error instanceof FabricNetworkError) || attempt === COMMIT_ATTEMPTS) throw error;
    }
  }
}
