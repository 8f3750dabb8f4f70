import * as fs from 'node:fs';
import type { CompanyConfig, NatsConfig } from '@tacit/company';
import { openLedger } from '@tacit/company';
import { LedgerError, type ChannelInfo, type CompanyIdentity, type Ledger } from '@tacit/ledger';
import { connectionOptions } from '@tacit/messaging';
import { connect } from 'nats';
import { certificateOf, expiryOf } from './certificates';
import { fail, ok, warn, type Finding } from './finding';

type FabricConfig = Extract<CompanyConfig['ledger'], { driver: 'fabric' }>;

/**
 * What a company reaches, in the order in which one thing needs the other: its own certificates, its peer, its
 * channels and their chaincode, the other members' certificates, the message servers.
 */
export async function* checkConnection(config: CompanyConfig, now: number): AsyncGenerator<Finding> {
  const { ledger, nats } = config;
  const way =
    ledger.driver === 'fabric'
      ? await checkPeer(ledger, now)
      : ok(`the ledger is the dev ledger in ${ledger.networkDir}, on this machine only`);
  yield way;
  yield* checkLedger(config, now, way.level !== 'FAIL');
  if (nats !== undefined) yield* checkNats(nats, now);
  else yield ok('messages go over TCP; batch jobs need NATS');
}

async function checkPeer({ peer, tlsCa, tlsServerName }: FabricConfig, now: number): Promise<Finding> {
  const { hostname: host, port } = new URL(`https://${peer}`);
  try {
    const roots = fs.readFileSync(tlsCa, 'utf8');
    const server = { host, port: Number(port), roots, serverName: tlsServerName ?? host };
    return expiryOf(`the peer at ${peer} answers; its certificate`, await certificateOf(server), now);
  } catch (error) {
    return fail(
      `the peer at ${peer} cannot be reached: ${messageOf(error)}`,
      'start it (`npm run fabric:up` for the network of this project), or correct ledger.peer and ledger.tlsCa',
    );
  }
}

/** @param isReachable false: only what needs no peer */
async function* checkLedger(
  config: CompanyConfig,
  now: number,
  isReachable: boolean,
): AsyncGenerator<Finding> {
  let access: { readonly identity: CompanyIdentity; readonly ledger: Ledger };
  try {
    access = await openLedger(config);
  } catch (error) {
    yield fail(`the ledger cannot be opened: ${messageOf(error)}`, 'correct the ledger’s settings');
    return;
  }
  const { identity, ledger } = access;
  try {
    for (const role of ['client', 'admin'] as const) {
      const name = `the own ${role}’s certificate (${config.company})`;
      const own = identity[role];
      if (own) yield expiryOf(name, own.certificatePem, now);
    }
    if (!isReachable) return;
    const channels = await ledger.channels();
    if (channels.length === 0) {
      yield fail('the peer has joined no channel of this system', 'join it to the channels agreed on');
    }
    for (const channel of channels) {
      yield await checkChannel(ledger, channel, config.company);
      yield* checkMembers(channel, config.company, now);
    }
  } catch (error) {
    yield refusesCompany(error)
      ? fail(
          `the peer does not take these certificates for ${config.company}'s: ${messageOf(error)}`,
          'correct company, ledger.clientMsp and ledger.peer: they belong to one company',
        )
      : fail(`the ledger does not answer: ${messageOf(error)}`, 'see the log of the peer');
  } finally {
    await ledger.close();
  }
}

function refusesCompany(error: unknown): boolean {
  return error instanceof LedgerError && error.code === 'not-a-member';
}

async function checkChannel(
  ledger: Ledger,
  { name, members }: ChannelInfo,
  company: string,
): Promise<Finding> {
  const text = `channel ${name} with ${members.filter((member) => member !== company).join(', ')}`;
  try {
    const own = await ledger.evaluate({ channel: name, name: 'getMember', input: { company } });
    if (own !== null) return ok(`${text}: the chaincode answers, this company’s keys are registered`);
    return ok(`${text}: the chaincode answers; the company registers its keys at its first start`);
  } catch (error) {
    return fail(
      `${text}: the chaincode does not answer: ${messageOf(error)}`,
      'start the company’s chaincode process; all members must have approved the definition',
    );
  }
}

function* checkMembers(
  { name, members, roots }: ChannelInfo,
  company: string,
  now: number,
): Generator<Finding> {
  for (const member of members.filter((other) => other !== company)) {
    const certificates = roots[member] ?? [];
    if (certificates.length === 0) {
      yield warn(
        `${member} has no root certificate on ${name} yet`,
        'its messages are refused until it has one',
      );
    }
    for (const root of certificates) yield expiryOf(`the root of ${member} on ${name}`, root, now);
  }
}

async function* checkNats(nats: NatsConfig, now: number): AsyncGenerator<Finding> {
  for (const server of nats.servers) {
    const { hostname: host, port } = new URL(server);
    try {
      const roots = fs.readFileSync(nats.ca, 'utf8');
      const shown = { host, port: Number(port), roots, serverName: host, plainGreeting: true };
      yield expiryOf(
        `the NATS server at ${host}:${port} answers; its certificate`,
        await certificateOf(shown),
        now,
      );
    } catch (error) {
      yield fail(
        `the NATS server at ${host}:${port} cannot be reached: ${messageOf(error)}`,
        'start it, or correct nats.servers and nats.ca',
      );
      continue;
    }
    yield await checkUser(nats, server);
  }
}

async function checkUser(nats: NatsConfig, server: string): Promise<Finding> {
  try {
    const connection = await connect(connectionOptions({ ...nats, servers: [server] }));
    await connection.flush();
    await connection.close();
    return ok(`user ${nats.user} is let in`);
  } catch (error) {
    return fail(
      `user ${nats.user} is not let in: ${messageOf(error)}`,
      'correct nats.user and the password in nats.passwordFile',
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
