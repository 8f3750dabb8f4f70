import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DemoOptions } from './options';

/** What a finished demo leaves in its state folder, so that it can go on later. */
interface SavedDemo {
  readonly profile: string;
  readonly series: readonly string[];
  readonly messaging: string;
}

/** `fresh`: nothing there. `unfinished`: it was stopped before its table. `finished`: it can go on. */
export type DemoState = 'fresh' | 'unfinished' | 'finished' | 'another';

/** Compares what is in the state folder with what is asked for now; `another` has other readings, keys or inboxes. */
export function stateOfDemo(
  dir: string,
  { profile, series, messaging }: Pick<DemoOptions, keyof SavedDemo>,
): DemoState {
  if (!fs.existsSync(dir)) return 'fresh';
  if (!fs.existsSync(markerOf(dir))) return 'unfinished';
  const saved = JSON.parse(fs.readFileSync(markerOf(dir), 'utf8')) as SavedDemo;
  const isSame =
    saved.profile === profile && saved.messaging === messaging && saved.series.join() === series.join();
  return isSame ? 'finished' : 'another';
}

/** Notes that everything is there to go on from. */
export function markFinished(
  dir: string,
  { profile, series, messaging }: Pick<DemoOptions, keyof SavedDemo>,
): void {
  const saved: SavedDemo = { profile, series, messaging };
  fs.writeFileSync(markerOf(dir), `${JSON.stringify(saved)}\n`, { mode: 0o600 });
}

function markerOf(dir: string): string {
  return path.join(dir, 'finished.json');
}
