import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContracts } from '@tacit/contracts';
import { createCompanyIdentity, openDevLedger, writeDevNetwork } from '@tacit/ledger';
import { TransportError, type MessageParty, type Transport, type TransportReply } from '@tacit/messaging';
import { assembleCompany, KIT_ENTITIES, type Company } from './company';
import { Database, type EntityClass } from './database';
import { AtRest } from './identity/at-rest';
import { loadEncryptionKey } from './identity/encryption-key';
import { readKeyFile } from './identity/key-file';
import { createLog } from './operations/logging';
import { Metrics } from './operations/metrics';

/** Companies of one network in the calling process: real databases, real ledger, envelopes handed over in memory. */
export class TestNetwork {
  readonly dir = mkdtempSync(join(tmpdir(), 'tacit-company-'));
  readonly #open = new Map<string, Company>();
  readonly #down = new Set<string>();

  constructor(channels: Readonly<Record<string, readonly string[]>>) {
    writeDevNetwork(join(this.dir, 'network'), {
      channels: Object.entries(channels).map(([name, members]) => ({ name, members: [...members] })),
    });
  }

  /** Opens a company, or opens it again after `stop`; nothing moves before its `start`. */
  async open(company: string, party: MessageParty, entities: readonly EntityClass[] = []): Promise<Company> {
    const stateDir = join(this.dir, company);
    const networkDir = join(this.dir, 'network');
    const keyFile = join(this.dir, 'keys', company);
    const database = await Database.open({ stateDir, entities: [...KIT_ENTITIES, ...entities] });
    const atRest = new AtRest(readKeyFile(keyFile, stateDir, true));
    const identityDir = join(stateDir, 'identity');
    const foundation = {
      config: {
        company,
        displayName: company,
        host: '127.0.0.1',
        httpPort: 1,
        messagingUrl: 'tcp://127.0.0.1:1',
        stateDir,
        keyFile,
        ledger: { driver: 'dev', networkDir },
        logLevel: 'silent',
        settings: {},
      } as const,
      log: createLog(company, 'silent'),
      metrics: new Metrics(),
      database,
      atRest,
      identity: await createCompanyIdentity(identityDir, company, company),
      ledger: await openDevLedger({ networkDir, identityDir, company, inThread: createContracts() }),
    };
    const opened = assembleCompany(
      foundation,
      { party },
      await loadEncryptionKey(database, atRest),
      this.#transport(),
    );
    this.#open.set(company, opened);
    return opened;
  }

  /** The address at which a company can be reached here. */
  addressOf(company: string): string {
    return `memory://${company}`;
  }

  /** Makes a company unreachable, or reachable again. */
  setDown(company: string, down: boolean): void {
    if (down) this.#down.add(company);
    else this.#down.delete(company);
  }

  async stop(company: Company): Promise<void> {
    this.#open.delete(company.config.company);
    await company.stop();
    await company.close();
  }

  async close(): Promise<void> {
    for (const company of this.#open.values()) await this.stop(company);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #transport(): Transport {
    return {
      send: async (address, jws): Promise<TransportReply> => {
        const company = address.replace('memory://', '');
        const recipient = this.#open.get(company);
        if (recipient === undefined || this.#down.has(company)) {
          throw new TransportError('unreachable', 'the company cannot be reached');
        }
        return recipient.inbox.receive(jws);
      },
      close: async () => undefined,
    };
  }
}

/** Resolves when `condition` gives something else than undefined or false. */
export async function eventually<T>(condition: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
