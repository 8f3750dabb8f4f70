import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ProcessExit } from '../../tools/company-process';
import { enterPartners, registerCustomer } from '../../tools/introduce';
import { A2_CHANNELS, CHANNELS, COMPANIES, MANUFACTURER_A2 } from '../../tools/companies';
import { Network } from '../../tools/network';
import type { RestClient } from '../../tools/rest';
import type { Surroundings } from '../../tools/surroundings';
import { startTestSurroundings, type Detours } from './surroundings';

export const A = 'ManufacturerA';
export const B = 'ManufacturerB';
export const S = 'ServicerS';
/** A second asking company, on channels of its own. */
export const A2 = 'ManufacturerA2';

export type Profile = 'paillier-3072' | 'paillier-6144';

export interface TestNetworkOptions {
  /** Of the agreements that `agree` makes; paillier-3072 unless told. */
  readonly profile?: Profile;
  /** Settings of single companies' applications, by MSP ID, as in `{ [B]: { stockedKeys: 6 } }`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Fault points at which companies kill themselves, by MSP ID; gone at their next start. */
  readonly faults?: Readonly<Record<string, string>>;
  /** Adds Manufacturer-A2 with the channels quality-a2 and sales-a2. */
  readonly withA2?: boolean;
  /** On Fabric and NATS: ways between the companies that can be cut. */
  readonly detours?: Detours;
  /** false: companies that do not know each other yet. */
  readonly introduced?: boolean;
}

/** Whole companies as processes, on free ports, with state in a temporary folder. */
export class TestNetwork {
  private constructor(
    readonly network: Network,
    /** What the companies meet on. */
    readonly surroundings: Surroundings,
    /** Folder of the whole network: `ledger/`, and per company its state, its configuration and its log. */
    readonly dir: string,
    readonly profile: Profile,
    private readonly temporary: string,
  ) {}

  static async start(options: TestNetworkOptions = {}): Promise<TestNetwork> {
    const {
      profile = 'paillier-3072',
      settings = {},
      faults = {},
      withA2 = false,
      detours,
      introduced = true,
    } = options;
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-network-'));
    const dir = path.join(temporary, 'state');
    const companies = withA2 ? [...COMPANIES, MANUFACTURER_A2] : COMPANIES;
    const surroundings = await startTestSurroundings(temporary, companies, detours);
    const { broker } = surroundings;
    const network = await Network.start({
      dir,
      keyDir: path.join(temporary, 'keys'),
      ports: 'free',
      ...surroundings.connections,
      ...(detours && broker && { broker: await detours.toBroker(broker) }),
      companies,
      channels: withA2 ? [...CHANNELS, ...A2_CHANNELS] : CHANNELS,
      // Without a stock unless a test asks for one: making keys is what takes time.
      settings: { ...settings, [B]: { stockedKeys: 0, ...settings[B] } },
      env: Object.fromEntries(
        Object.entries(faults).map(([company, fault]) => [company, { TACIT_FAULT: fault }]),
      ),
    }).catch(async (error: unknown) => {
      await surroundings.stop();
      throw error;
    });
    const result = new TestNetwork(network, surroundings, dir, profile, temporary);
    if (introduced) await result.introduce();
    return result;
  }

  get a(): RestClient {
    return this.client(A);
  }

  get b(): RestClient {
    return this.client(B);
  }

  get s(): RestClient {
    return this.client(S);
  }

  client(company: string): RestClient {
    return this.network.client(company);
  }

  /** Partners, a price, and a credential for every asking company. */
  async introduce(): Promise<void> {
    await enterPartners(this.network);
    await this.s.put('/prices', { minorUnits: 250, currency: 'EUR' });
    for (const { members, purpose } of this.network.channels) {
      const customer = members.find((member) => member !== S);
      if (purpose === 'sales' && customer !== undefined) await registerCustomer(this.network, customer, S);
    }
  }

  stateDir(company: string): string {
    return this.network.company(company).stateDir;
  }

  /** Lines of the company's log, over all its starts. */
  logs(company: string): string[] {
    return this.network.company(company).logLines();
  }

  /** How the company's present process ended: waits for it, as when a fault point is to be hit. */
  exitOf(company: string): Promise<ProcessExit> {
    return this.network.company(company).exited;
  }

  async kill(company: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.network.company(company).kill(signal);
  }

  /** Starts a company again, without its fault point unless one is given, and waits until it is ready. */
  async restart(company: string, { fault }: { readonly fault?: string } = {}): Promise<void> {
    await this.network.restart(company, { TACIT_FAULT: fault ?? '' });
  }

  /** Stops all companies and removes their state. */
  async stop(): Promise<void> {
    await this.network.stop();
    await this.surroundings.stop();
    fs.rmSync(this.temporary, { recursive: true, force: true });
  }
}

/** Starts the companies of a test; call `stop` in `afterAll`. */
export function startTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  return TestNetwork.start(options);
}
