import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FabricNetworkError } from '../error';
import { fabricEnvironment } from '../programs';
import { identify, isRunning, type ProcessIdentity } from './process-identity';

export type NodeKind = 'orderer' | 'peer' | 'chaincode' | 'broker';

export interface NodeCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Names the program's content where that changes without its file's name. */
  readonly build?: string;
}

/** What the file of a running process's number says. */
interface Started extends ProcessIdentity {
  /** Hash of the command that started it. */
  readonly command: string;
}

export interface NodeOptions {
  readonly name: string;
  readonly kind: NodeKind;
  /** host:port at which it serves */
  readonly address: string;
  /** Ports that it listens on, with what each is for. */
  readonly ports: readonly { readonly use: string; readonly port: number }[];
  /** Asked at each start; programs that only stop something need not be there. */
  readonly command: () => NodeCommand;
  /** Folder of the network: `pids/` and `logs/` are in it. */
  readonly dir: string;
  /** The command that starts it, for people; `npm run fabric:up` unless told. */
  readonly startedBy?: string;
}

const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;
const LAST_LINES = 8;
const LAST_BYTES = 64 * 1024;

/**
 * One process of the network. It outlives the command that started it; a file with its number and its start time
 * lets a later command find it, and nothing else that has got the number meanwhile.
 */
export class NodeProcess {
  constructor(readonly options: NodeOptions) {}

  get name(): string {
    return this.options.name;
  }

  get logFile(): string {
    return path.join(this.options.dir, 'logs', `${this.name}.log`);
  }

  /** Number of the running process. */
  get pid(): number | undefined {
    const identity = this.#recorded();
    return identity !== undefined && isRunning(identity) ? identity.pid : undefined;
  }

  get isRunning(): boolean {
    return this.pid !== undefined;
  }

  /** Whether the running process is not what `start` would start now: another build, or another environment. */
  get isOutdated(): boolean {
    return this.isRunning && this.#recorded()?.command !== hashOf(this.options.command());
  }

  /** Starts the process unless it runs. It may take a while until it answers. */
  start(): void {
    if (this.isRunning) return;
    const command = this.options.command();
    const { file, args, env } = command;
    for (const folder of [path.dirname(this.logFile), path.dirname(this.#pidFile)]) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    const log = fs.openSync(this.logFile, 'a', 0o600);
    try {
      const child = spawn(file, args, {
        cwd: this.options.dir,
        env: { ...fabricEnvironment(), ...env },
        stdio: ['ignore', log, log],
        detached: true,
      });
      // The file was there a moment ago; what else goes wrong shows as a process that has died.
      child.on('error', () => undefined);
      child.unref();
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity === undefined) return;
      const started: Started = { ...identity, command: hashOf(command) };
      fs.writeFileSync(this.#pidFile, JSON.stringify(started), { mode: 0o600 });
    } finally {
      fs.closeSync(log);
    }
  }

  /** Asks the process to end and waits; ends it the hard way when it takes too long. */
  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    await this.kill('SIGKILL');
  }

  /** Sends a signal and, if it is one that ends processes, waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this;
    if (pid === undefined) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (signal !== 'SIGKILL' && signal !== 'SIGTERM') return;
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (this.isRunning && Date.now() < deadline) await sleep(POLL_MS);
    if (!this.isRunning) fs.rmSync(this.#pidFile, { force: true });
  }

  /** @throws FabricNetworkError process-died, with the last lines of its log */
  requireRunning(): void {
    if (this.isRunning) return;
    throw new FabricNetworkError(
      'process-died',
      `${this.name} has stopped. The last lines of its log say why; ${this.options.startedBy ?? '`npm run fabric:up`'} starts it again.\n` +
        [`${this.logFile}:`, ...this.#lastLines().map((line) => `  ${line.slice(0, 400)}`)].join('\n'),
    );
  }

  get #pidFile(): string {
    return path.join(this.options.dir, 'pids', `${this.name}.json`);
  }

  #recorded(): Started | undefined {
    try {
      const { pid, started, command } = JSON.parse(
        fs.readFileSync(this.#pidFile, 'utf8'),
      ) as Partial<Started>;
      return typeof pid === 'number' && typeof started === 'string'
        ? { pid, started, command: command ?? '' }
        : undefined;
    } catch {
      return undefined; // never started, or a file that was cut off when the machine went down
    }
  }

  #lastLines(): string[] {
    if (!fs.existsSync(this.logFile)) return [];
    const { size } = fs.statSync(this.logFile);
    const file = fs.openSync(this.logFile, 'r');
    try {
      const tail = Buffer.alloc(Math.min(size, LAST_BYTES));
      fs.readSync(file, tail, 0, tail.length, size - tail.length);
      return tail
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .slice(-LAST_LINES);
    } finally {
      fs.closeSync(file);
    }
  }
}

function hashOf(command: NodeCommand): string {
  return createHash('sha256').update(JSON.stringify(command)).digest('hex');
}
