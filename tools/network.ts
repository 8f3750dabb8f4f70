import * as fs from 'node:fs';
import * as path from 'node:path';
import type { CompanyConfig, NatsConfig } from '@tacit/company';
import { writeDevNetwork } from '@tacit/ledger';
import { CHANNELS, COMPANIES, type ChannelDefinition, type CompanyDefinition, type Ports } from './companies';
import {
  CompanyProcess,
  configFileOf,
  HOST,
  LaunchError,
  ledgerDirOf,
  slugOf,
  type ProcessExit,
} from './company-process';
import { freePorts, isPortFree } from './ports';
import { RestClient } from './rest';

export * from './companies';

/** A company's own way to a Fabric network: the configuration's `ledger` without its driver. */
export type FabricConnection = Omit<Extract<CompanyConfig['ledger'], { driver: 'fabric' }>, 'driver'>;

/** What a company's process needs to reach something that runs apart from it. */
export interface ConnectsCompanies<Connection> {
  /** @param company MSP ID */
  connectionOf(company: string): Connection;
}

export interface NetworkOptions {
  /** Folder of everything that the network keeps, except the at-rest keys. */
  readonly dir: string;
  readonly keyDir: string;
  readonly companies?: readonly CompanyDefinition[];
  readonly channels?: readonly ChannelDefinition[];
  /** The companies' ledger; the dev ledger in `dir` unless told. */
  readonly fabric?: ConnectsCompanies<FabricConnection>;
  /** What carries their messages; TCP unless told. */
  readonly broker?: ConnectsCompanies<NatsConfig>;
  /** `usual` (3001…, 4001…) unless told; a network that has run before keeps its ports in either case. */
  readonly ports?: 'usual' | 'free';
  /** Settings of single companies' applications, by MSP ID. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Environment of single companies' processes, by MSP ID. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Called when a company's process ends although nobody stopped it. */
  readonly onUnexpectedExit?: (company: CompanyProcess, exit: ProcessExit) => void;
}

/** Companies on one machine: an operating-system process each. */
export class Network {
  readonly #processes = new Map<string, CompanyProcess>();
  #channels: readonly ChannelDefinition[];

  private constructor(private readonly options: NetworkOptions) {
    this.#channels = options.channels ?? CHANNELS;
  }

  /** Starts all companies at once; when one cannot start, those that did are stopped. @throws LaunchError */
  static async start(options: NetworkOptions): Promise<Network> {
    const { companies = COMPANIES } = options;
    const network = new Network(options);
    for (const definition of companies) await network.#prepare(definition);
    network.#writeDevNetwork();
    const started = await Promise.allSettled(companies.map(({ company }) => network.restart(company)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return network;
    await network.stop();
    throw failed.reason;
  }

  /**
   * Starts a further company, with channels of its own, while the others go on. A Fabric network and a broker must
   * know it by now. @throws LaunchError
   */
  async join(definition: CompanyDefinition, channels: readonly ChannelDefinition[]): Promise<void> {
    await this.#prepare(definition);
    this.#channels = [...this.#channels, ...channels];
    this.#writeDevNetwork();
    await this.restart(definition.company);
  }

  get channels(): readonly ChannelDefinition[] {
    return this.#channels;
  }

  get companies(): readonly CompanyProcess[] {
    return [...this.#processes.values()];
  }

  /** The company's process. @throws Error for a company that is not in this network */
  company(company: string): CompanyProcess {
    const process = this.#processes.get(company);
    if (process === undefined) throw new Error(`${company} is not in this network`);
    return process;
  }

  /** The company's API. */
  client(company: string): RestClient {
    return new RestClient(this.company(company).url);
  }

  /** Starts a company (again) and waits until it is ready. @throws LaunchError */
  async restart(company: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
    const process = this.company(company);
    await process.stop();
    await process.start({ ...this.options.env?.[company], ...env }, (exit) =>
      this.options.onUnexpectedExit?.(process, exit),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.companies.map((company) => company.stop()));
  }

  async #prepare(definition: CompanyDefinition): Promise<void> {
    this.#processes.set(definition.company, await prepare(this.options, definition));
  }

  #writeDevNetwork(): void {
    const { dir, fabric } = this.options;
    if (fabric !== undefined) return;
    const channels = this.#channels.map(({ name, members }) => ({ name, members: [...members] }));
    writeDevNetwork(ledgerDirOf(dir), { channels });
  }
}

/** A company's process, not started yet. */
async function prepare(options: NetworkOptions, definition: CompanyDefinition): Promise<CompanyProcess> {
  const { dir, keyDir, fabric, broker, settings = {} } = options;
  const { app, company, displayName } = definition;
  const ports = await choosePorts(options, definition);
  return new CompanyProcess({
    app,
    company,
    displayName,
    httpPort: ports.http,
    inbox: broker === undefined ? `tcp://${HOST}:${ports.inbox}` : `nats://${company}`,
    ledger:
      fabric === undefined
        ? { driver: 'dev', networkDir: ledgerDirOf(dir) }
        : { driver: 'fabric', ...fabric.connectionOf(company) },
    ...(broker && {
      nats: {
        ...broker.connectionOf(company),
        batchKeyFile: path.join(keyDir, `${slugOf(company)}-batch.key`),
      },
    }),
    networkDir: dir,
    keyFile: path.join(keyDir, `${slugOf(company)}.key`),
    settings: settings[company] ?? {},
  });
}

/** Partners know each other's inboxes, so a network keeps the ports that it began with. */
async function choosePorts(
  options: NetworkOptions,
  { company, displayName, ports }: CompanyDefinition,
): Promise<Ports> {
  const wanted = readPorts(options.dir, company) ?? (options.ports === 'free' ? undefined : ports);
  if (wanted === undefined) {
    const [http = 0, inbox = 0] = await freePorts(2);
    return { http, inbox };
  }
  const needed: [use: string, port: number][] = [['REST', wanted.http]];
  if (options.broker === undefined) needed.push(['messages', wanted.inbox]);
  for (const [use, port] of needed) {
    if (await isPortFree(port)) continue;
    throw new LaunchError(
      `Port ${port} (${use} of ${displayName}) is in use. Stop what uses it: another demo or network, perhaps; ` +
        '`npm run doctor` shows it. A new network takes any free ports with `-- --ports auto`.',
    );
  }
  return wanted;
}

function readPorts(dir: string, company: string): Ports | undefined {
  const file = configFileOf(dir, company);
  if (!fs.existsSync(file)) return undefined;
  const config = JSON.parse(fs.readFileSync(file, 'utf8')) as { httpPort: number; messagingUrl: string };
  return { http: config.httpPort, inbox: Number(new URL(config.messagingUrl).port) };
}
