import { constants } from 'node:os';
import { LaunchError } from './company-process';
import { Network, type NetworkOptions } from './network';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Lifetime {
  /** Done once, on the started network. */
  readonly work: (network: Network) => Promise<void>;
  /** Keep the network up after the work, until a signal. */
  readonly stay: boolean;
}

/**
 * Starts a network, does the work, and stops the network in order, also when the work fails, a company dies or a
 * signal comes. A signal before the end of the work makes the exit code 128 plus its number. A second signal ends
 * this process at once; the companies notice by their leash.
 */
export async function withNetwork(options: NetworkOptions, { work, stay }: Lifetime): Promise<void> {
  const stopped = nextSignal();
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

function nextSignal(): Promise<StopSignal> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        resolve(signal);
      });
    }
  });
}
