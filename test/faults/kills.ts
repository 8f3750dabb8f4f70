import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../support';
import { shuffled } from './random';
import type { Target } from './targets';

export interface Kill {
  readonly target: Target;
  /** From its restart until it served again, seconds. */
  readonly recovery: number;
}

export interface KillOptions {
  /** How often each target is killed. */
  readonly rounds: number;
  readonly random: () => number;
  /** How many comparisons are under way. */
  readonly underWay: () => number;
  readonly say: (line: string) => void;
}

const LONGEST_DOWNTIME_MS = 1_500;
const LONGEST_CALM_MS = 800;
const RECOVERY_TIMEOUT_MS = 90_000;
const POLL_MS = 25;

/** Kills one target after another while comparisons are under way, and starts it again a moment later. */
export async function killAll(targets: readonly Target[], options: KillOptions): Promise<Kill[]> {
  const { rounds, random, underWay, say } = options;
  const order = Array.from({ length: rounds }, () => shuffled(targets, random)).flat();
  const kills: Kill[] = [];
  for (const target of order) {
    await sleep(random() * LONGEST_CALM_MS);
    await waitFor('comparisons under way', () => underWay() > 0, { interval: POLL_MS });
    const present = underWay();
    await target.kill();
    const downtime = random() * LONGEST_DOWNTIME_MS;
    await sleep(downtime);
    const recovery = await recover(target);
    kills.push({ target, recovery });
    say(
      `${String(kills.length).padStart(3)} ${target.name.padEnd(14)} with ${present} comparisons under way; ` +
        `down for ${(downtime / 1000).toFixed(1)} s, serves after ${recovery.toFixed(1)} s`,
    );
  }
  return kills;
}

/** Kills all targets at once and starts all again at once, as after a power cut. */
export async function cutPower(targets: readonly Target[]): Promise<Kill[]> {
  await Promise.all(targets.map((target) => target.kill()));
  return Promise.all(targets.map(async (target) => ({ target, recovery: await recover(target) })));
}

async function recover(target: Target): Promise<number> {
  const started = performance.now();
  await target.restart();
  await waitFor(
    `${target.name} serves again`,
    async () => {
      await target.requireService();
      return true;
    },
    { timeout: RECOVERY_TIMEOUT_MS, interval: POLL_MS },
  );
  return (performance.now() - started) / 1000;
}

/** How long each kind of process took, as a table. Of NATS, a second is the one that an inbox takes to refuse. */
export function recoveryTable(kills: readonly Kill[]): string {
  const kinds = [...new Set(kills.map(({ target }) => target.kind))].sort();
  const rows = kinds.map((kind) => {
    const times = kills
      .filter(({ target }) => target.kind === kind)
      .map(({ recovery }) => recovery)
      .sort((one, other) => one - other);
    const figures = [times[0], times[times.length >> 1], times.at(-1)].map((time) => (time ?? 0).toFixed(1));
    return [kind, String(times.length), ...figures];
  });
  return [['process', 'kills', 'min/s', 'median/s', 'max/s'], ...rows]
    .map(([kind = '', ...cells]) => [kind.padEnd(10), ...cells.map((cell) => cell.padStart(9))].join(''))
    .join('\n');
}
