import { measureNetwork } from '../../bench/network/network';
import { networkReport, networkTable } from '../../bench/network/report';

describe('npm run bench -- --ledger fabric', () => {
  it('counts comparisons, what they leave on each channel, and conflicts among them', async () => {
    const levels = await measureNetwork({
      profile: 'paillier-3072',
      levels: [
        { inFlight: 1, comparisons: 2 },
        { inFlight: 6, comparisons: 6 },
      ],
      progress: () => undefined,
    });
    for (const { comparisons, channels, whole, purchase, perMinute } of levels) {
      expect(perMinute).toBeGreaterThan(0);
      expect(whole.p50).toBeGreaterThan(purchase.p50);
      expect(whole.p99).toBeGreaterThanOrEqual(whole.p50);
      // What a comparison needs: pair, request, answer and verdict; the XOR record; order, delivery and receipt.
      expect(channels.map(({ channel, transactions }) => [channel, transactions])).toEqual([
        ['quality', 4 * comparisons],
        ['xor', comparisons],
        ['sales', 3 * comparisons],
      ]);
      expect(channels.flatMap(({ invalid }) => Object.keys(invalid))).toEqual([]);
      for (const { bytes } of channels) expect(bytes / comparisons).toBeGreaterThan(1_000);
    }
    const table = networkTable(networkReport('paillier-3072', levels)).join('\n');
    expect(table).toContain('invalid transactions: none');
  }, 180_000);
});
