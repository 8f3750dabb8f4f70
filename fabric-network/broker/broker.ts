import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectionOptions, type NatsConnectionOptions } from '@tacit/messaging';
import { connect, type NatsConnection } from 'nats';
import { isPortFree } from '../../tools/ports';
import { NodeProcess } from '../native/node-process';
import { freeKeptPorts } from '../native/ports';
import { BrokerError } from './error';
import { authorityFile, configFile, passwordFile, writeBrokerFiles } from './files';
import { applicationUser, erpUser, OPERATOR } from './permissions';
import { findNatsServer } from './program';
import { provisionStreams } from './streams';

export interface BrokerOptions {
  /** Folder of configuration, passwords, log and streams. */
  readonly dir: string;
  /** MSP IDs of the companies that may use it. */
  readonly companies: readonly string[];
  /** Port 4222, or any free one that is kept from then on. */
  readonly ports: 'usual' | 'free';
  /** NATS_URL, NATS_SERVER_BIN, PATH. */
  readonly env?: NodeJS.ProcessEnv;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

const USUAL_PORT = 4222;
const LOCALHOST = 'localhost';
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 100;
/** Names in the certificate: this machine, and the service in Compose. */
const HOSTS = ['localhost', '127.0.0.1', 'nats'];

/**
 * The companies' message broker: a nats-server process that outlives the command that started it. With NATS_URL
 * (`tls://host:port`) it is a server that runs already, with the configuration that is written into `dir`.
 */
export class Broker {
  private constructor(
    readonly dir: string,
    private companies: readonly string[],
    private readonly address: Address,
    /** Undefined when the server is somebody else's process. */
    private readonly process: NodeProcess | undefined,
  ) {}

  /**
   * Starts the broker, or finds it running, and creates the companies' streams. What is in `dir` is kept.
   * @throws BrokerError
   */
  static async start({ dir, companies, ports, env = process.env }: BrokerOptions): Promise<Broker> {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    const url = env['NATS_URL'];
    const isOwn = url === undefined || url === '';
    const address = isOwn ? await chooseAddress(dir, ports) : parseUrl(url);
    const server = isOwn ? serverProcess(dir, address, env) : undefined;
    const broker = new Broker(dir, [...new Set([...readCompanies(dir), ...companies])], address, server);
    await broker.#writeFiles();
    if (server?.isRunning === true) {
      await broker.#reload();
    } else if (server !== undefined) {
      await requireFree(address);
      server.start();
    }
    await broker.#provision();
    return broker;
  }

  /** The broker that was started in this folder before, running or not; undefined when there was none. */
  static open(dir: string, env: NodeJS.ProcessEnv = process.env): Broker | undefined {
    const saved = readState(dir);
    if (saved === undefined) return undefined;
    const address = { host: LOCALHOST, port: saved.port };
    return new Broker(dir, saved.companies, address, serverProcess(dir, address, env));
  }

  /** What the company's application needs to connect. */
  connectionOf(company: string): NatsConnectionOptions {
    return this.#connection(applicationUser(company));
  }

  /** What the company's ERP needs to connect. */
  erpConnectionOf(company: string): NatsConnectionOptions {
    return this.#connection(erpUser(company));
  }

  /** The broker's own operator: creates streams, sees everything that is not sealed. */
  operatorConnection(): NatsConnectionOptions {
    return this.#connection(OPERATOR);
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** host:port */
  get listens(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  /** Lets another company in, without interruption for the others. */
  async addCompany(company: string): Promise<void> {
    if (!this.companies.includes(company)) this.companies = [...this.companies, company];
    await this.#writeFiles();
    await this.#reload();
    await this.#provision();
  }

  /** Ends the process at once, as a crash would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#own().kill(signal);
  }

  async restart(): Promise<void> {
    const server = this.#own();
    await server.stop();
    server.start();
    await this.#provision();
  }

  /** Keeps what is stored. A server of somebody else's goes on. */
  async stop(): Promise<void> {
    await this.process?.stop();
  }

  #connection(user: string): NatsConnectionOptions {
    const { host, port } = this.address;
    return {
      servers: [`tls://${host}:${port}`],
      ca: authorityFile(this.dir),
      user,
      passwordFile: passwordFile(this.dir, user),
    };
  }

  #own(): NodeProcess {
    if (this.process !== undefined) return this.process;
    throw new BrokerError(
      'not-ours',
      'the broker at NATS_URL was not started here; stop and start it yourself',
    );
  }

  async #writeFiles(): Promise<void> {
    const { dir, companies, address } = this;
    const { host, port } = address;
    const listen = this.process === undefined ? `0.0.0.0:${port}` : `127.0.0.1:${port}`;
    await writeBrokerFiles({ dir, companies, listen, hosts: [...new Set([...HOSTS, host])] });
    fs.writeFileSync(stateFile(dir), JSON.stringify({ companies, port }), { mode: 0o600 });
  }

  /** Makes the running server read its users again, and waits until it has: it does so some time after the signal. */
  async #reload(): Promise<void> {
    await this.process?.kill('SIGHUP');
    for (const company of this.companies) await (await this.#connect(this.connectionOf(company))).close();
  }

  async #provision(): Promise<void> {
    const connection = await this.#connect(this.operatorConnection());
    try {
      await provisionStreams(connection, this.companies);
    } finally {
      await connection.close();
    }
  }

  async #connect(user: NatsConnectionOptions): Promise<NatsConnection> {
    const options = connectionOptions(user);
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      try {
        return await connect(options);
      } catch (cause) {
        this.#requireRunning();
        if (this.process === undefined || Date.now() > deadline) throw this.#notReady(cause);
        await sleep(POLL_MS);
      }
    }
  }

  #requireRunning(): void {
    try {
      this.process?.requireRunning();
    } catch (cause) {
      throw new BrokerError('process-died', (cause as Error).message, { cause });
    }
  }

  #notReady(cause: unknown): BrokerError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const { host, port } = this.address;
    return new BrokerError(
      'not-ready',
      this.process === undefined
        ? `The server of NATS_URL (${host}:${port}) does not let our users in (${why}). It must run with ` +
            `${configFile(this.dir)}: \`nats-server -c ${configFile(this.dir)}\`.`
        : `nats-server does not answer at ${host}:${port} (${why}). Its log is ${this.process.logFile}.`,
      { cause },
    );
  }
}

function serverProcess(dir: string, { host, port }: Address, env: NodeJS.ProcessEnv): NodeProcess {
  return new NodeProcess({
    name: 'nats',
    kind: 'broker',
    address: `${host}:${port}`,
    ports: [{ use: 'messages', port }],
    command: () => ({ file: findNatsServer(env), args: ['-c', configFile(dir)], env: {} }),
    dir,
    startedBy: 'the command that needed it',
  });
}

const stateFile = (dir: string): string => path.join(dir, 'broker.json');

interface SavedState {
  readonly companies: readonly string[];
  readonly port: number;
}

function readState(dir: string): SavedState | undefined {
  const file = stateFile(dir);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as SavedState) : undefined;
}

function readCompanies(dir: string): readonly string[] {
  return readState(dir)?.companies ?? [];
}

async function chooseAddress(dir: string, ports: 'usual' | 'free'): Promise<Address> {
  const kept = readState(dir)?.port;
  const [free = USUAL_PORT] = kept === undefined && ports === 'free' ? await freeKeptPorts(1) : [];
  return { host: LOCALHOST, port: kept ?? free };
}

async function requireFree({ port }: Address): Promise<void> {
  if (await isPortFree(port)) return;
  throw new BrokerError(
    'port-in-use',
    `Port ${port} (the message broker) is in use. Stop what uses it: \`lsof -nP -iTCP:${port} -sTCP:LISTEN\` shows ` +
      'it; or use a server that runs already by NATS_URL.',
  );
}

function parseUrl(url: string): Address {
  const [, host, port] = /^tls:\/\/([A-Za-z0-9.-]+):([0-9]{1,5})\/?$/.exec(url) ?? [];
  if (host === undefined) throw new BrokerError('not-ready', 'NATS_URL must be tls://host:port');
  return { host, port: Number(port) };
}
