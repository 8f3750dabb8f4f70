import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { ChannelDefinition } from '../tools/companies';
import { FabricNetworkError } from './error';
import { CLIENT_USER, memberMaterial, peerAddress, userMaterial, type Site } from './site';
import type { Member } from './topology';

const POLL_MS = 100;
const HTTP_TIMEOUT_MS = 2_000;
const ENDORSE_TIMEOUT_MS = 5_000;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Called before every look; throws when waiting has become pointless. */
  readonly whileWaiting: () => void;
}

/**
 * Looks until `look` returns without an error.
 * @throws FabricNetworkError not-ready after the time, with the last error's message
 */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<T>,
  { timeoutMs, whileWaiting }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    whileWaiting();
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) {
        const why = error instanceof Error ? error.message : String(error);
        throw new FabricNetworkError(
          'not-ready',
          `${what}: not after ${timeoutMs / 1000} s. ${why.split('\n')[0] ?? ''}`,
          { cause: error },
        );
      }
    }
    await sleep(POLL_MS);
  }
}

/** @throws Error until the node's checks of its own health pass */
export async function requireHealthy(operationsUrl: string): Promise<void> {
  const response = await fetch(`${operationsUrl}/healthz`, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${operationsUrl}/healthz answers ${response.status}`);
}

/** @throws Error until the ordering service has a Raft leader for the channel */
export async function requireLeader(operationsUrl: string, channel: string): Promise<void> {
  const response = await fetch(`${operationsUrl}/metrics`, { signal: AbortSignal.timeout(HTTP_TIMEOUT_MS) });
  const metrics = await response.text();
  const leads = metrics
    .split('\n')
    .some((line) => line.startsWith(`consensus_etcdraft_is_leader{channel="${channel}"} 1`));
  if (!leads) throw new Error(`channel ${channel} has no Raft leader`);
}

/**
 * Asks a channel's contract through the member's own peer, in the way of a transaction: the peer has to find every
 * endorser that the policy wants, and each endorser's chaincode has to answer. Nothing is recorded.
 * @throws Error until all of that works
 */
export async function requireAnswer(site: Site, member: Member, channel: ChannelDefinition): Promise<void> {
  const root = path.join(memberMaterial(site, member, 'peer').tls, 'ca.crt');
  const client = new grpc.Client(
    peerAddress(site, member),
    grpc.credentials.createSsl(fs.readFileSync(root)),
  );
  const { msp } = userMaterial(site, member, CLIENT_USER);
  const gateway = connect({
    client,
    identity: { mspId: member.mspId, credentials: onlyFile(path.join(msp, 'signcerts')) },
    signer: signers.newPrivateKeySigner(crypto.createPrivateKey(onlyFile(path.join(msp, 'keystore')))),
    hash: hash.sha256,
    endorseOptions: () => ({ deadline: Date.now() + ENDORSE_TIMEOUT_MS }),
  });
  try {
    await gateway
      .getNetwork(channel.name)
      .getContract(channel.purpose)
      .newProposal('getMember', { arguments: [JSON.stringify({ company: member.mspId })] })
      .endorse();
  } catch (error) {
    const { details = [] } = error as { details?: readonly { address: string; message: string }[] };
    const told = details.map(({ address, message }) => `${address}: ${message}`).join('; ');
    throw new Error(`${(error as Error).message}${told === '' ? '' : ` (${told})`}`, { cause: error });
  } finally {
    gateway.close();
    client.close();
  }
}

function onlyFile(folder: string): Buffer {
  const [name] = fs.readdirSync(folder);
  if (name === undefined) throw new Error(`${folder} is empty`);
  return fs.readFileSync(path.join(folder, name));
}
