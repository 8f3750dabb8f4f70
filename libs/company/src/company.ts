import type { CompanyIdentity, Ledger } from '@tacit/ledger';
import {
  batchKey,
  NatsTransport,
  TcpTransport,
  TransportByScheme,
  type EncryptionKeyPair,
  type MessageParty,
  type Transport,
} from '@tacit/messaging';
import type { MigrationInterface } from 'typeorm';
import { Batches, BatchEntity, BatchIntake, type BatchConnection } from './batch';
import { ConfigError, type CompanyConfig } from './config';
import { Database, type EntityClass } from './database';
import { IdempotencyEntity } from './http/idempotency.entity';
import { AtRest, AtRestError } from './identity/at-rest';
import { hasSecrets, loadEncryptionKey } from './identity/encryption-key';
import { readKeyFile } from './identity/key-file';
import { SecretEntity } from './identity/secret.entity';
import { JobEntity, JobQueue, Submissions } from './jobs';
import { CheckpointEntity } from './ledger/checkpoint.entity';
import { LedgerEvents } from './ledger/ledger-events';
import { Membership } from './ledger/membership';
import { openLedger } from './ledger/open-ledger';
import { Inbox } from './messaging/inbox';
import { Mailer } from './messaging/mailer';
import { ReceivedMessageEntity, RefusalEntity, SentMessageEntity } from './messaging/message.entities';
import { createLog, type Log } from './operations/logging';
import { Metrics } from './operations/metrics';
import { Waits } from './operations/waits';
import { PartnerEntity } from './partners/partner.entity';
import { Partners } from './partners/partners';

/** How long a recipient may take to acknowledge, milliseconds: longer than its delay before a refusal. */
const ACKNOWLEDGEMENT_TIMEOUT = 10_000;

/** The kit's own tables. */
export const KIT_ENTITIES: readonly EntityClass[] = [
  BatchEntity,
  CheckpointEntity,
  IdempotencyEntity,
  JobEntity,
  PartnerEntity,
  ReceivedMessageEntity,
  RefusalEntity,
  SecretEntity,
  SentMessageEntity,
];

/** What the application adds to the kit. */
export interface CompanyParts {
  /** The part that this application plays in the comparison; decides which messages it may send and take. */
  readonly party: MessageParty;
  readonly entities: readonly EntityClass[];
  /** Changes to tables that already hold data, oldest first. */
  readonly migrations?: readonly (new () => MigrationInterface)[];
}

/** Everything that a company's process is made of, below its API. Nothing moves before `start`. */
export interface Company {
  readonly config: CompanyConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly identity: CompanyIdentity;
  readonly atRest: AtRest;
  readonly ledger: Ledger;
  readonly queue: JobQueue;
  readonly submissions: Submissions;
  readonly events: LedgerEvents;
  readonly membership: Membership;
  readonly partners: Partners;
  readonly mailer: Mailer;
  readonly inbox: Inbox;
  /** Where applications register what they take from the durable stream. */
  readonly batches: BatchIntake;
  readonly waits: Waits;
  /** Once every handler is registered: joins in on the channels and starts what was left unfinished. */
  start(): Promise<void>;
  /** Lets running jobs go back to the queue; nothing new is started. */
  stop(): Promise<void>;
  /** After `stop`, once nobody calls any more. */
  close(): Promise<void>;
}

/**
 * Opens a company in the order in which its parts need each other: database, at-rest key, identity, ledger (which
 * publishes the company's root certificate), and what works on them.
 * @throws ConfigError, DatabaseError, LedgerError
 */
export async function openCompany(config: CompanyConfig, parts: CompanyParts): Promise<Company> {
  const { company, stateDir } = config;
  const log = createLog(company, config.logLevel);
  const metrics = new Metrics();
  const { migrations = [] } = parts;
  const database = await Database.open({
    stateDir,
    entities: [...KIT_ENTITIES, ...parts.entities],
    migrations,
  });
  let ledger: Ledger | undefined;
  try {
    const atRest = new AtRest(readKeyFile(config.keyFile, stateDir, !(await hasSecrets(database))));
    const encryptionKey = await loadKey(database, atRest, config.keyFile);
    const access = await openLedger(config);
    ({ ledger } = access);
    const transport = transportOf(config);
    return assembleCompany(
      { config, log, metrics, database, atRest, ...access },
      parts,
      encryptionKey,
      transport,
    );
  } catch (error) {
    await ledger?.close();
    await database.close();
    throw error;
  }
}

/** What needs a disk, a network or a clock of its own. */
export type Foundation = Pick<
  Company,
  'config' | 'log' | 'metrics' | 'database' | 'atRest' | 'identity' | 'ledger'
>;

/** Puts a company together on its foundation. */
export function assembleCompany(
  base: Foundation,
  { party }: Pick<CompanyParts, 'party'>,
  encryptionKey: EncryptionKeyPair,
  transport: Transport,
): Company {
  const { config, log, metrics, database, atRest, identity, ledger } = base;
  const queue = new JobQueue(database, log, {
    attempted: (kind, outcome) => {
      metrics.jobAttempts.inc({ kind, outcome });
    },
  });
  const submissions = new Submissions(queue, ledger, atRest);
  const events = new LedgerEvents(database, ledger, metrics, log);
  const membership = new Membership(
    ledger,
    identity,
    encryptionKey.publicKey,
    database,
    submissions,
    events,
    log,
  );
  const partners = new Partners(config.company, database, membership);
  const mailer = new Mailer(
    identity,
    encryptionKey,
    party,
    database,
    queue,
    partners,
    membership,
    transport,
    metrics,
  );
  const inbox = new Inbox(config.company, party, database, queue, partners, membership, mailer, metrics, log);
  const batches = new BatchIntake(database, atRest);
  const reader = new Batches(config.company, batches, metrics, log);
  const waits = new Waits(queue);
  waits.add(async () => reader.waiting());
  return {
    ...base,
    queue,
    submissions,
    events,
    membership,
    partners,
    mailer,
    inbox,
    batches,
    waits,
    start: async () => {
      await membership.start();
      await queue.start();
      const connection = batchConnectionOf(config);
      if (connection !== undefined) reader.start(connection);
    },
    stop: async () => {
      await Promise.all([reader.stop(), queue.stop(), events.stop(), membership.stop()]);
    },
    close: async () => {
      await transport.close();
      await ledger.close();
      await database.close();
    },
  };
}

/** Messages leave over TCP, and over NATS where the configuration has servers. */
function transportOf({ nats }: CompanyConfig): Transport {
  return new TransportByScheme({
    tcp: new TcpTransport(ACKNOWLEDGEMENT_TIMEOUT),
    ...(nats && { nats: new NatsTransport(nats, ACKNOWLEDGEMENT_TIMEOUT) }),
  });
}

/** Batches are read where the configuration has a key that the company shares with its ERP. */
function batchConnectionOf({ nats, stateDir }: CompanyConfig): BatchConnection | undefined {
  if (nats?.batchKeyFile === undefined) return undefined;
  const bytes = readKeyFile(nats.batchKeyFile, stateDir, true, 'nats.batchKeyFile');
  return { ...nats, key: batchKey(bytes) };
}

async function loadKey(database: Database, atRest: AtRest, keyFile: string): Promise<EncryptionKeyPair> {
  try {
    return await loadEncryptionKey(database, atRest);
  } catch (cause) {
    if (!(cause instanceof AtRestError)) throw cause;
    throw new ConfigError(
      `keyFile: ${keyFile} is not the key that the state was encrypted with; restore that one from its backup`,
      { cause },
    );
  }
}
