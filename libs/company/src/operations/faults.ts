const known = new Set<string>();
const hits = new Map<string, number>();
const armed = parse(process.env['TACIT_FAULT']);

/** Declares fault points, so that a crash test can tell a misspelt name from a point that was never reached. */
export function registerFault(...names: readonly string[]): void {
  for (const name of names) known.add(name);
}

/**
 * A point at which a crash test may kill this process: `TACIT_FAULT=name` at the first passage, `name#n` at the
 * n-th. SIGKILL leaves no time to tidy up, as a power cut would.
 */
export function fault(name: string): void {
  known.add(name);
  if (armed?.name !== name) return;
  const count = (hits.get(name) ?? 0) + 1;
  hits.set(name, count);
  if (count === armed.hit) process.kill(process.pid, 'SIGKILL');
}

/** Every point that this process knows, sorted. */
export function knownFaults(): readonly string[] {
  return [...known].sort();
}

/**
 * Called once all modules are loaded. Prints the known points when one is armed.
 * @throws Error in production, and for a name that no part of this process has.
 */
export function checkFaults(env: NodeJS.ProcessEnv = process.env): void {
  const wanted = parse(env['TACIT_FAULT']);
  if (wanted === undefined) return;
  if (env['NODE_ENV'] === 'production') {
    throw new Error('TACIT_FAULT kills the process on purpose: it is refused with NODE_ENV=production');
  }
  process.stderr.write(`${JSON.stringify({ armed: wanted, faults: knownFaults() })}\n`);
  if (!known.has(wanted.name)) throw new Error(`TACIT_FAULT names no fault point: ${wanted.name}`);
}

function parse(text: string | undefined): { name: string; hit: number } | undefined {
  if (text === undefined || text === '') return undefined;
  const match = /^(.+?)(?:#([1-9][0-9]{0,8}))?$/.exec(text);
  return { name: match?.[1] ?? text, hit: Number(match?.[2] ?? '1') };
}
