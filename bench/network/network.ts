import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FabricNetwork } from '../../fabric-network';
import { CHANNELS, COMPANIES, MANUFACTURER_A, MANUFACTURER_B, SERVICER_S } from '../../tools/companies';
import { acceptAgreements, enterPartners, registerCustomer } from '../../tools/introduce';
import { nextSignal } from '../../tools/lifetime';
import { Network } from '../../tools/network';
import { Surroundings } from '../../tools/surroundings';
import { ToolError } from '../../tools/tool';
import { waitWhileMoving } from '../../tools/wait';
import { quantile } from '../measure';
import { ChannelMeter, type ChannelGrowth } from './channel-meter';
import { runLoad, type LoadTimes } from './load';
import { ProcessorMeter, type ProcessGroups, type ProcessorTime } from './processor-time';

export interface LoadLevel {
  readonly inFlight: number;
  readonly comparisons: number;
}

/** Milliseconds by the clock. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export interface LevelReport extends LoadLevel {
  readonly perMinute: number;
  /** From B's reading to A's outcome. */
  readonly whole: Quantiles;
  /** From A's purchase to A's outcome. */
  readonly purchase: Quantiles;
  readonly channels: readonly ChannelGrowth[];
  readonly processors: ProcessorTime | null;
}

export interface NetworkBenchOptions {
  readonly profile: string;
  readonly levels: readonly LoadLevel[];
  readonly progress: (step: string) => void;
}

const BITS = 32;
const SETTLE_STALL_MS = 30_000;
const KEY_STALL_MS = 300_000;
const DAY_MS = 86_400_000;
const A = MANUFACTURER_A.company;
const B = MANUFACTURER_B.company;
const S = SERVICER_S.company;

/**
 * Three companies on a Fabric network and a broker of their own, with a stocked key for every comparison; how many
 * comparisons of 32-bit readings they bring to an outcome in a minute.
 */
export async function measureNetwork(options: NetworkBenchOptions): Promise<LevelReport[]> {
  const stopped = nextSignal().then((signal) => {
    throw new ToolError(`stopped by ${signal}`);
  });
  // Nobody may be waiting for it yet when it comes.
  stopped.catch(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-'));
  const surroundings = await Surroundings.start({
    ledger: 'fabric',
    messaging: 'nats',
    fabricDir: join(folder, 'fabric'),
    brokerDir: join(folder, 'broker'),
    ports: 'free',
    companies: COMPANIES.map(({ company }) => company),
    onProgress: options.progress,
  });
  const startCompanies = (stockedKeys: number): Promise<Network> =>
    Network.start({
      dir: join(folder, 'state'),
      keyDir: join(folder, 'keys'),
      ports: 'free',
      ...surroundings.connections,
      settings: { [B]: { stockedKeys } },
    });
  try {
    const agreements = await withCompanies(
      await startCompanies(options.levels.reduce((sum, { comparisons }) => sum + comparisons, 0)),
      stopped,
      (network) => prepare(network, options),
    );
    // Started again with nothing to stock: what is measured is the comparisons, and no making of keys beside them.
    return await withCompanies(await startCompanies(0), stopped, async (network) => {
      const reports: LevelReport[] = [];
      for (const [i, level] of options.levels.entries()) {
        options.progress(`${level.comparisons} comparisons, ${level.inFlight} in flight`);
        reports.push(await measureLevel(network, surroundings, level, agreements[i] ?? ''));
      }
      return reports;
    });
  } finally {
    await surroundings.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Works on started companies until the work is done, fails or is to stop, and stops them. */
async function withCompanies<T>(
  network: Network,
  stopped: Promise<never>,
  work: (network: Network) => Promise<T>,
): Promise<T> {
  try {
    return await Promise.race([work(network), stopped]);
  } finally {
    await network.stop();
  }
}

/** Each level compares a quantity of its own. @returns the levels' agreements, once there are keys for all of them */
async function prepare(
  network: Network,
  { profile, levels, progress }: NetworkBenchOptions,
): Promise<string[]> {
  const [keyHolder, evaluator] = [network.client(B), network.client(A)];
  await enterPartners(network);
  await network.client(S).put('/prices', { minorUnits: 250, currency: 'EUR' });
  await registerCustomer(network, A, S);
  const agreements: string[] = [];
  for (const level of levels) {
    const { id } = await keyHolder.post<{ id: string }>('/agreements', {
      evaluator: A,
      servicer: S,
      quantity: quantityOf(level),
      unit: 'g/cm²',
      scale: 0,
      bits: BITS,
      profile,
      // Requests that are on their way count twice for a moment.
      answerBudget: level.comparisons + level.inFlight,
      expiresAt: new Date(Date.now() + DAY_MS).toISOString(),
    });
    await acceptAgreements({ keyHolder, evaluator }, [id]);
    agreements.push(id);
  }
  const wanted = levels.reduce((sum, { comparisons }) => sum + comparisons, 0);
  await waitWhileMoving(
    async () => {
      const { items } = await keyHolder.get<{ items: readonly { stocked: number }[] }>('/pool');
      const stocked = items.reduce((sum, item) => sum + item.stocked, 0);
      progress(`keys stocked ${stocked}/${wanted}`);
      return {
        progress: `${stocked} of ${wanted} keys are stocked`,
        ...(stocked >= wanted && { done: true }),
      };
    },
    { stallMs: KEY_STALL_MS, pollMs: 5_000 },
  );
  return agreements;
}

async function measureLevel(
  network: Network,
  { fabric, broker }: Surroundings,
  level: LoadLevel,
  agreementId: string,
): Promise<LevelReport> {
  if (fabric === undefined) throw new ToolError('there is no Fabric network to measure');
  const meters = CHANNELS.map((channel) => new ChannelMeter(fabric, channel));
  try {
    await Promise.all(meters.map((meter) => meter.begin()));
    const processors = new ProcessorMeter(await groupsOf(network, fabric, broker?.pid));
    const times = await runLoad({
      keyHolder: network.client(B),
      evaluator: network.client(A),
      agreementId,
      quantity: quantityOf(level),
      ...level,
    });
    const used = processors.read();
    await recorded(network);
    return {
      ...level,
      ...summary(times),
      processors: used,
      channels: await Promise.all(meters.map((meter) => meter.growth())),
    };
  } finally {
    for (const meter of meters) meter.close();
  }
}

/** The evaluator has its last outcome a moment before the channel, and so the key holder, has the verdict. */
async function recorded(network: Network): Promise<void> {
  await waitWhileMoving(
    async () => {
      const disclosures = await network.client(B).list<{ verdict: string | null }>('/disclosures');
      const open = disclosures.filter(({ verdict }) => verdict === null).length;
      const progress = `${open} verdicts to come`;
      return open === 0 ? { done: true, progress } : { progress };
    },
    { stallMs: SETTLE_STALL_MS },
  );
}

function summary({
  elapsed,
  wholes,
  purchases,
}: LoadTimes): Pick<LevelReport, 'perMinute' | 'whole' | 'purchase'> {
  const quantiles = (times: readonly number[]): Quantiles => ({
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  });
  return {
    perMinute: Number(((60_000 * wholes.length) / elapsed).toPrecision(4)),
    whole: quantiles(wholes),
    purchase: quantiles(purchases),
  };
}

async function groupsOf(
  network: Network,
  fabric: FabricNetwork,
  broker: number | undefined,
): Promise<ProcessGroups> {
  const nodes = await fabric.status();
  const pidsOf = (kind: string): number[] =>
    nodes.flatMap((node) => (node.kind === kind && node.pid !== undefined ? [node.pid] : []));
  const application = (company: string): number[] => [network.company(company).pid ?? 0];
  return {
    'application of B': application(B),
    'application of A': application(A),
    'application of S': application(S),
    'three chaincodes': pidsOf('chaincode'),
    'three peers': pidsOf('peer'),
    orderer: pidsOf('orderer'),
    broker: broker === undefined ? [] : [broker],
    'this program': [process.pid],
  };
}

function quantityOf({ inFlight }: LoadLevel): string {
  return `load-${inFlight}`;
}
