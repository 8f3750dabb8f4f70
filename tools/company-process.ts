import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CompanyConfig } from '@tacit/company';
import { projectRoot } from './paths';
import { ToolError } from './tool';

export type AppName = 'manufacturer-a' | 'manufacturer-b' | 'servicer-s';

export interface CompanyProcessOptions {
  readonly app: AppName;
  /** MSP ID. */
  readonly company: string;
  readonly displayName: string;
  readonly httpPort: number;
  /** Where it receives messages: an address that the other companies can reach. */
  readonly inbox: string;
  /** The configuration's `ledger`. */
  readonly ledger: CompanyConfig['ledger'];
  /** The configuration's `nats`. */
  readonly nats?: CompanyConfig['nats'];
  /** Folder of the whole network; this company's configuration, state and log are in it. */
  readonly networkDir: string;
  readonly keyFile: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A company could not be started; the message says what to do. */
export class LaunchError extends ToolError {
  override readonly name = 'LaunchError';
}

export const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 100;
const LAST_LINES = 12;

/** One company as an operating-system process, with its configuration and log files. */
export class CompanyProcess {
  #child: ChildProcess | undefined;
  #exited: Promise<ProcessExit> = Promise.resolve({ code: null, signal: null });
  #stopping = false;
  /** Lines in the log when the process was started last. */
  #linesBefore = 0;

  constructor(readonly options: CompanyProcessOptions) {}

  get url(): string {
    return `http://${HOST}:${this.options.httpPort}`;
  }

  get inbox(): string {
    return this.options.inbox;
  }

  get stateDir(): string {
    return path.join(this.options.networkDir, this.#slug);
  }

  get logFile(): string {
    return path.join(this.options.networkDir, `${this.#slug}.log`);
  }

  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the process that was started last has ended. */
  get exited(): Promise<ProcessExit> {
    return this.#exited;
  }

  /**
   * Starts the process and waits until it is ready.
   * @param env added to this process's environment
   * @param onUnexpectedExit called when the ready process ends without `stop` or `kill`
   * @throws LaunchError with the last lines of the log when it ends before, or does not get ready
   */
  async start(
    env: Readonly<Record<string, string>> = {},
    onUnexpectedExit?: (exit: ProcessExit) => void,
  ): Promise<void> {
    this.#stopping = false;
    const configFile = this.#writeConfig();
    this.#linesBefore = this.logLines().length;
    const log = fs.openSync(this.logFile, 'a', 0o600);
    const child = spawn(
      process.execPath,
      [
        '--enable-source-maps',
        '--require',
        path.join(projectRoot, 'dist', 'tools', 'leash.js'),
        path.join(projectRoot, 'dist', 'apps', this.options.app, 'src', 'main.js'),
      ],
      {
        cwd: this.options.networkDir,
        env: { ...process.env, ...env, TACIT_CONFIG: configFile },
        // The fourth is the leash: a channel that closes when this process ends.
        stdio: ['ignore', log, log, 'ipc'],
        // A group of its own: Ctrl-C in a terminal reaches the launcher, which stops the companies in order.
        detached: true,
      },
    );
    fs.closeSync(log);
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
      });
      child.once('error', () => {
        resolve({ code: null, signal: null });
      });
    });
    await this.#waitUntilReady();
    if (onUnexpectedExit === undefined) return;
    void this.#exited.then((exit) => {
      if (!this.#stopping) onUnexpectedExit(exit);
    });
  }

  /** Asks the process to stop and waits; ends it the hard way when it takes too long. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#stopping = true;
    this.#child?.kill('SIGTERM');
    const stopped = await Promise.race([this.#exited, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    if (stopped === undefined) await this.kill('SIGKILL');
  }

  /** Sends a signal to the process and everything it started; waits for the end if the signal is SIGKILL. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const pid = this.pid;
    if (pid === undefined) return;
    this.#stopping = true;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (signal === 'SIGKILL') await this.#exited;
  }

  /** What the company wrote to its log, oldest first. */
  logLines(): string[] {
    if (!fs.existsSync(this.logFile)) return [];
    return fs
      .readFileSync(this.logFile, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  get #slug(): string {
    return slugOf(this.options.company);
  }

  #writeConfig(): string {
    const { company, displayName, httpPort, networkDir, keyFile, ledger, nats, settings } = this.options;
    const file = configFileOf(networkDir, company);
    const config: Partial<CompanyConfig> = {
      company,
      displayName,
      host: HOST,
      httpPort,
      messagingUrl: this.inbox,
      stateDir: this.stateDir,
      keyFile,
      ledger,
      ...(nats && { nats }),
      settings,
    };
    fs.mkdirSync(networkDir, { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
    return file;
  }

  async #waitUntilReady(): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const exit = await Promise.race([this.#exited, sleep(POLL_MS)]);
      if (exit !== undefined) throw this.#explainExit(exit);
      if (this.#hasSaidReady()) return;
    }
    await this.kill('SIGKILL');
    throw new LaunchError(
      `${this.options.displayName} was not ready after ${READY_TIMEOUT_MS / 1000} s.\n${this.#tail()}`,
    );
  }

  /** The line of JSON that a company writes when it takes requests. */
  #hasSaidReady(): boolean {
    return this.logLines()
      .slice(this.#linesBefore)
      .some((line) => line.startsWith('{"ready":true,'));
  }

  #explainExit({ code, signal }: ProcessExit): LaunchError {
    const how = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
    const { httpPort, inbox, displayName } = this.options;
    const hint = this.#tailLines().some((line) => line.includes('EADDRINUSE'))
      ? `Port ${httpPort}, or that of ${inbox}, is in use: stop what uses it (\`npm run doctor\` shows it), or add \`-- --ports auto\`.`
      : 'The last lines of its log say why; `npm run doctor` checks the machine.';
    return new LaunchError(`${displayName} stopped before it was ready (${how}). ${hint}\n${this.#tail()}`);
  }

  #tail(): string {
    return [`${this.logFile}:`, ...this.#tailLines().map((line) => `  ${line.slice(0, 400)}`)].join('\n');
  }

  #tailLines(): string[] {
    return this.logLines().slice(-LAST_LINES);
  }
}

/** Where the launcher writes a company's configuration. */
export function configFileOf(networkDir: string, company: string): string {
  return path.join(networkDir, `${slugOf(company)}.json`);
}

/** The folder that the companies of one machine share for the dev ledger. */
export function ledgerDirOf(networkDir: string): string {
  return path.join(networkDir, 'ledger');
}

/** `ManufacturerA2` → `manufacturer-a2` */
export function slugOf(company: string): string {
  return company.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}
