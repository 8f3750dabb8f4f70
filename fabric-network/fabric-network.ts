import * as fs from 'node:fs';
import { connect } from 'node:net';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { projectRoot } from '../tools/paths';
import { FabricNetworkError } from './error';
import { establish } from './establish';
import { makeMaterial } from './material';
import {
  nativeSite,
  newState,
  readState,
  withAddition,
  writeState,
  type NativeState,
  type PortChoice,
} from './native/native-site';
import type { NodeKind, NodeProcess } from './native/node-process';
import { nodesOf, TACIT_CHAINCODE, type ChaincodeProgram } from './native/nodes';
import { requirePortsFree } from './native/ports';
import { requirePrograms } from './programs';
import { requireHealthy, waitUntil } from './readiness';
import {
  ADMIN_USER,
  CLIENT_USER,
  memberMaterial,
  operationsUrl,
  peerAddress,
  userMaterial,
  type PeerProxies,
  type Site,
} from './site';
import { memberOfMsp, ORDERER_NODE, peerNode, TOPOLOGY, type Topology } from './topology';

export interface FabricNetworkOptions {
  /** Folder of everything that the network keeps: certificates, ledgers, configuration, logs. */
  readonly dir: string;
  /** Of a new network; one that has run before keeps its ports. */
  readonly ports: PortChoice;
  /** Of a new network, for companies whose peers reach each other through proxies. */
  readonly peerProxies?: PeerProxies;
  /** The companies' chaincode; this project's unless told. */
  readonly chaincode?: Partial<ChaincodeProgram>;
  /** One line about what is done now. */
  readonly onProgress?: (text: string) => void;
}

/** What a company's configuration needs to know about its own peer and its own identities. */
export interface FabricConnectionFiles {
  /** host:port */
  readonly peer: string;
  /** PEM file of the CA of the peer's certificate */
  readonly tlsCa: string;
  /** MSP folder of the company's client */
  readonly clientMsp: string;
  /** MSP folder of the company's admin */
  readonly adminMsp: string;
}

export interface NodeStatus {
  readonly name: string;
  readonly kind: NodeKind;
  readonly pid?: number;
  /** host:port */
  readonly address: string;
  readonly running: boolean;
}

const RESTART_TIMEOUT_MS = 30_000;

/** A Fabric network on this machine: processes that go on running when the command that started them has ended. */
export class FabricNetwork {
  #site!: Site;
  #nodes!: readonly NodeProcess[];
  readonly #chaincode: ChaincodeProgram;

  private constructor(private readonly options: Omit<FabricNetworkOptions, 'ports' | 'peerProxies'>) {
    this.#chaincode = { ...TACIT_CHAINCODE, ...options.chaincode };
    this.#read();
  }

  /**
   * Starts the network, or what of it does not run, and waits until every channel answers every member.
   * @throws FabricNetworkError for a missing program, a port in use, a process that dies; it leaves nothing running
   *   that did not run before
   */
  static async start({ ports, peerProxies, ...options }: FabricNetworkOptions): Promise<FabricNetwork> {
    await requirePrograms();
    return exclusively(options, async () => {
      if (readState(options.dir) === undefined) writeState(options.dir, await newState(ports, peerProxies));
      const network = new FabricNetwork(options);
      // A chaincode process that runs on after a build would answer by yesterday's rules.
      await Promise.all(network.#nodes.filter((node) => node.isOutdated).map((node) => node.stop()));
      await network.#bringUp();
      return network;
    });
  }

  /** A network that has been started before, as it is. @throws FabricNetworkError not-running when there is none */
  static open(options: Omit<FabricNetworkOptions, 'ports' | 'peerProxies'>): FabricNetwork {
    return new FabricNetwork(options);
  }

  get dir(): string {
    return this.options.dir;
  }

  get topology(): Topology {
    return this.#site.topology;
  }

  /** @param mspId of a member @throws RangeError for another company */
  connectionOf(mspId: string): FabricConnectionFiles {
    const member = memberOfMsp(this.topology, mspId);
    return {
      peer: peerAddress(this.#site, member),
      tlsCa: path.join(memberMaterial(this.#site, member, 'peer').tls, 'ca.crt'),
      clientMsp: userMaterial(this.#site, member, CLIENT_USER).msp,
      adminMsp: userMaterial(this.#site, member, ADMIN_USER).msp,
    };
  }

  async status(): Promise<readonly NodeStatus[]> {
    return this.#nodes.map(({ name, pid, options: { kind, address } }) => ({
      name,
      kind,
      address,
      running: pid !== undefined,
      ...(pid === undefined ? {} : { pid }),
    }));
  }

  /** @param name as in `status` @throws RangeError for another name */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#node(name).kill(signal);
  }

  /** Starts a process (again) and waits until it serves. @throws FabricNetworkError process-died, not-ready */
  async restart(name: string): Promise<void> {
    const node = this.#node(name);
    await node.stop();
    node.start();
    await waitUntil(`${name} serves`, () => this.#requireServing(node), {
      timeoutMs: RESTART_TIMEOUT_MS,
      whileWaiting: () => {
        node.requireRunning();
      },
    });
  }

  /**
   * Adds a company of the topology's additions, with its channels, while the others go on.
   * @throws FabricNetworkError unknown-company for another slug
   */
  async addCompany(slug: string): Promise<void> {
    await exclusively(this.options, async () => {
      if (!TOPOLOGY.additions.some(({ member }) => member.slug === slug)) {
        const known = TOPOLOGY.additions.map(({ member }) => member.slug).join(', ');
        throw new FabricNetworkError('unknown-company', `${slug} cannot be added; what can be is ${known}`);
      }
      this.#read();
      if (this.topology.additions.some(({ member }) => member.slug === slug)) {
        for (const node of this.#nodes) node.requireRunning();
        writeState(this.dir, await withAddition(requireState(this.dir), slug));
        this.#read();
      }
      await this.#bringUp();
    });
  }

  /** Ends all processes. What they store stays. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }

  /** Another command may have added a company. */
  #read(): void {
    this.#site = nativeSite(this.dir, requireState(this.dir));
    this.#nodes = nodesOf(this.#site, this.#chaincode);
  }

  async #bringUp(): Promise<void> {
    const progress = this.options.onProgress ?? (() => undefined);
    const idle = this.#nodes.filter((node) => !node.isRunning);
    await requirePortsFree(idle);
    progress('certificates and configuration');
    await makeMaterial(this.#site);
    try {
      for (const node of idle) node.start();
      await establish(this.#site, {
        onProgress: progress,
        whileWaiting: () => {
          for (const node of this.#nodes) node.requireRunning();
        },
      });
    } catch (error) {
      await Promise.all(idle.map((node) => node.stop()));
      throw error;
    }
  }

  #node(name: string): NodeProcess {
    const node = this.#nodes.find((candidate) => candidate.name === name);
    if (node === undefined) throw new RangeError(`${name} is not a process of this Fabric network`);
    return node;
  }

  async #requireServing({ name, options: { kind, ports } }: NodeProcess): Promise<void> {
    if (kind === 'chaincode') {
      for (const { port } of ports) await requireListening(port);
      return;
    }
    const { orderer, members } = this.topology;
    const owner = name === ORDERER_NODE ? orderer : members.find((member) => peerNode(member) === name);
    await requireHealthy(operationsUrl(this.#site, owner ?? orderer));
  }
}

/** @throws FabricNetworkError not-running when no network has been made there */
function requireState(dir: string): NativeState {
  const state = readState(dir);
  if (state !== undefined) return state;
  throw new FabricNetworkError('not-running', `there is no Fabric network in ${dir}: npm run fabric:up`);
}

function requireListening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Two commands at once do not build one network over each other. */
async function exclusively<T>(
  { dir, onProgress }: Pick<FabricNetworkOptions, 'dir' | 'onProgress'>,
  work: () => Promise<T>,
): Promise<T> {
  const fromRoot = createRequire(path.join(projectRoot, 'package.json'));
  const lock = fromRoot('./tools/exclusive.cjs') as {
    exclusively: <R>(file: string, onWait: () => void, locked: () => Promise<R>) => Promise<R>;
  };
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  return lock.exclusively(
    path.join(dir, 'network.lock'),
    () => onProgress?.('another command is working on this network; waiting for it'),
    work,
  );
}
