import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeDevNetwork } from '@tacit/ledger';
import {
  CompanyProcess,
  configFileOf,
  LaunchError,
  ledgerDirOf,
  slugOf,
  type AppName,
  type ProcessExit,
} from './company-process';
import { freePorts, isPortFree } from './ports';
import { RestClient } from './rest';

/** A company of a network: which application it runs and under which name. */
export interface CompanyDefinition {
  readonly app: AppName;
  /** MSP ID. */
  readonly company: string;
  readonly displayName: string;
  /** Where its API and its inbox listen unless other ports are asked for; undefined: always free ones. */
  readonly ports?: Ports;
}

export interface Ports {
  readonly http: number;
  readonly inbox: number;
}

export interface ChannelDefinition {
  readonly name: string;
  /** Which contract runs on it. */
  readonly purpose: 'quality' | 'xor' | 'sales';
  readonly members: readonly [string, string];
}

export const MANUFACTURER_A: CompanyDefinition = {
  app: 'manufacturer-a',
  company: 'ManufacturerA',
  displayName: 'Manufacturer-A',
  ports: { http: 3001, inbox: 4001 },
};
export const MANUFACTURER_B: CompanyDefinition = {
  app: 'manufacturer-b',
  company: 'ManufacturerB',
  displayName: 'Manufacturer-B',
  ports: { http: 3002, inbox: 4002 },
};
export const SERVICER_S: CompanyDefinition = {
  app: 'servicer-s',
  company: 'ServicerS',
  displayName: 'Servicer-S',
  ports: { http: 3003, inbox: 4003 },
};

export const COMPANIES: readonly CompanyDefinition[] = [MANUFACTURER_A, MANUFACTURER_B, SERVICER_S];
export const CHANNELS: readonly ChannelDefinition[] = [
  { name: 'quality', purpose: 'quality', members: ['ManufacturerA', 'ManufacturerB'] },
  { name: 'xor', purpose: 'xor', members: ['ManufacturerB', 'ServicerS'] },
  { name: 'sales', purpose: 'sales', members: ['ServicerS', 'ManufacturerA'] },
];

export interface NetworkOptions {
  /** Folder of everything that the network keeps, except the at-rest keys. */
  readonly dir: string;
  readonly keyDir: string;
  readonly companies?: readonly CompanyDefinition[];
  readonly channels?: readonly ChannelDefinition[];
  /** `usual` (3001…, 4001…) unless told; a network that has run before keeps its ports in either case. */
  readonly ports?: 'usual' | 'free';
  /** Settings of single companies' applications, by MSP ID. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Environment of single companies' processes, by MSP ID. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Called when a company's process ends although nobody stopped it. */
  readonly onUnexpectedExit?: (company: CompanyProcess, exit: ProcessExit) => void;
}

/** Companies on one machine: an operating-system process each, on the dev ledger, with messages over TCP. */
export class Network {
  readonly #processes: ReadonlyMap<string, CompanyProcess>;

  private constructor(
    private readonly options: NetworkOptions,
    processes: readonly CompanyProcess[],
  ) {
    this.#processes = new Map(processes.map((process) => [process.options.company, process]));
  }

  /** Starts all companies at once; when one cannot start, those that did are stopped. @throws LaunchError */
  static async start(options: NetworkOptions): Promise<Network> {
    const { dir, keyDir, companies = COMPANIES, channels = CHANNELS, settings = {} } = options;
    const processes: CompanyProcess[] = [];
    for (const definition of companies) {
      const { app, company, displayName } = definition;
      const ports = await choosePorts(options, definition);
      processes.push(
        new CompanyProcess({
          app,
          company,
          displayName,
          httpPort: ports.http,
          inboxPort: ports.inbox,
          networkDir: dir,
          keyFile: path.join(keyDir, `${slugOf(company)}.key`),
          settings: settings[company] ?? {},
        }),
      );
    }
    writeDevNetwork(ledgerDirOf(dir), {
      channels: channels.map(({ name, members }) => ({ name, members: [...members] })),
    });
    const network = new Network(options, processes);
    const started = await Promise.allSettled(
      processes.map(({ options: { company } }) => network.restart(company)),
    );
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return network;
    await network.stop();
    throw failed.reason;
  }

  get channels(): readonly ChannelDefinition[] {
    return this.options.channels ?? CHANNELS;
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
  for (const [use, port] of [
    ['REST', wanted.http],
    ['messages', wanted.inbox],
  ] as const) {
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
