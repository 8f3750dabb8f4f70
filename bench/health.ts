import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acceptAgreements, enterPartners } from '../tools/introduce';
import { COMPANIES } from '../tools/companies';
import { Network } from '../tools/network';
import type { RestClient } from '../tools/rest';
import { waitWhileMoving } from '../tools/wait';
import { quantile } from './measure';

const REQUESTS = 400;
const STOCK = 50;
const STALL_MS = 120_000;

/** Milliseconds by the clock, of GET /health at Manufacturer-B while its threads make keys. */
export interface HealthTimes {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  /** What the application promises. */
  readonly required: number;
  readonly reached: boolean;
}

/** Starts the three companies, has B stock keys of the profile and asks B how it is, one request after another. */
export async function measureHealth(profile: string): Promise<HealthTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-'));
  const network = await Network.start({
    dir: join(folder, 'state'),
    keyDir: join(folder, 'keys'),
    ports: 'free',
    companies: COMPANIES,
    settings: { ManufacturerB: { stockedKeys: STOCK } },
  });
  try {
    await enterPartners(network);
    const [a, b] = [network.client('ManufacturerA'), network.client('ManufacturerB')];
    const { id } = await b.post<{ id: string }>('/agreements', {
      evaluator: 'ManufacturerA',
      servicer: 'ServicerS',
      quantity: 'moisture',
      unit: 'g/cm²',
      scale: 2,
      profile,
      answerBudget: 1,
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    await acceptAgreements({ keyHolder: b, evaluator: a }, [id]);
    await untilKeysAreMade(b);
    return await sample(b);
  } finally {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function untilKeysAreMade(b: RestClient): Promise<void> {
  await waitWhileMoving(
    async () => {
      const { items } = await b.get<{ items: readonly { making: readonly unknown[] }[] }>('/pool');
      const progress = 'waiting for the first key to be made';
      return items.some(({ making }) => making.length > 0) ? { done: true, progress } : { progress };
    },
    { stallMs: STALL_MS },
  );
}

async function sample(b: RestClient): Promise<HealthTimes> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) {
    const before = performance.now();
    await b.get('/health');
    times.push(performance.now() - before);
  }
  const p99 = quantile(times, 0.99);
  return { requests: REQUESTS, p50: quantile(times, 0.5), p99, required: 100, reached: p99 <= 100 };
}
