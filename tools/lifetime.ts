import { constants } from 'node:os';
import { LaunchError } from './company-process';
import { Network, type NetworkOptions } from './network';
import { Surroundings, type SurroundingsOptions } from './surroundings';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Lifetime {
  /** Done once, on the started network. */
  readonly work: (network: Network) => Promise<void>;
  /** Keep the network up after the work, until a signal. */
  readonly stay: boolean;
  /** What the companies meet on, started before them; the dev ledger and TCP need nothing. */
  readonly surroundings?: SurroundingsOptions & {
    /** Leave it running at the end. */
    readonly keep: boolean;
  };
}

/**
 * Starts a network, does the work, and stops the network in order, also when the work fails, a company dies or a
 * signal comes. A signal before the end of the work makes the exit code 128 plus its number. A second signal ends
 * this process at once; the companies notice by their leash.
 */
export async function withNetwork(
  options: NetworkOptions,
  { surroundings: wanted, ...lifetime }: Lifetime,
): Promise<void> {
  const stopped = nextSignal();
  const surroundings = wanted && (await Surroundings.start(wanted));
  try {
    await withCompanies({ ...options, ...surroundings?.connections }, lifetime, stopped);
  } finally {
    if (wanted?.keep === false) await surroundings?.stop();
  }
}

async function withCompanies(
  options: NetworkOptions,
  { work, stay }: Lifetime,
  stopped: Promise<StopSignal>,
): Promise<void> {
  let reportDeath: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    reportDeath = reject;
  });
  // Nobody may be waiting for it yet when a company dies.
  death.catch(() => undefined);
  const network = await Network.start({
    ...options,
    onUnexpectedExit: ({ options: { displayName }, logFile }, { code, signal }) => {
      reportDeath(
        new LaunchError(
          `${displayName} stopped (${signal ?? `exit code ${code ?? 'unknown'}`}); its log is ${logFile}`,
        ),
      );
    },
  });
  try {
    const signal = await Promise.race([stopped, death, work(network)]);
    if (signal !== undefined) process.exitCode = 128 + constants.signals[signal];
    else if (stay) await Promise.race([stopped, death]);
  } finally {
    await network.stop();
  }
}

/** Resolves at the first signal that asks this process to end; from then on a second one ends it. */
export function nextSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve(signal);
      });
    }
  });
}
