import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../tools/paths';

jest.setTimeout(600_000);

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The demo as `npm run demo -- --once --json` starts it, with its temporary folders where this test can see them. */
function demo(...args: readonly string[]): Promise<Ended> {
  const entry = path.join(projectRoot, 'dist', 'tools', 'demo.js');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [entry, '--once', '--json', '--ports', 'auto', ...args],
      { env: { ...process.env, TMPDIR: temporary }, timeout: 550_000 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : error.code, stdout, stderr });
      },
    );
  });
}

let temporary: string;

beforeEach(() => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-demo-test-'));
});

afterEach(() => {
  fs.rmSync(temporary, { recursive: true });
});

const moisture = (
  from: number,
  measure: string,
  direction: string,
  index: number | null,
  min: string,
  max: string,
) => ({
  quantity: 'moisture',
  from,
  to: from + 1,
  measure,
  direction,
  index,
  range: { min, max, unit: 'g/cm²' },
  proof: 'verified',
  state: 'verified',
});

describe('the demo', () => {
  it('finds month 3 in the published case with keys of the paper’s size', async () => {
    const { code, stdout } = await demo('--profile', 'paillier-6144');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      profile: 'paillier-6144',
      ledger: 'dev',
      messaging: 'tcp',
      comparisons: [
        moisture(1, 'bit', 'fall', 2, '0.01', '0.07'),
        moisture(2, 'bit', 'rise', 6, '0.01', '1.27'),
        moisture(3, 'bit', 'rise', 7, '0.01', '2.55'),
        moisture(1, 'magnitude', 'fall', 2, '0.04', '0.07'),
        moisture(2, 'magnitude', 'rise', 5, '0.32', '0.63'),
        moisture(3, 'magnitude', 'rise', 5, '0.32', '0.63'),
      ],
      firstSignificantChange: 3,
      urls: {
        ManufacturerA: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/docs$/),
        ManufacturerB: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/docs$/),
        ServicerS: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/docs$/),
      },
    });
    // What is fresh at the start is gone at the end.
    expect(fs.readdirSync(temporary)).toEqual([]);
  });

  it('gives another table for another series', async () => {
    const { code, stdout } = await demo('--profile', 'paillier-3072', '--series', '0.50,0.50,0.45');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      profile: 'paillier-3072',
      comparisons: [
        moisture(1, 'bit', 'same', null, '0.00', '0.00'),
        moisture(2, 'bit', 'fall', 4, '0.01', '0.31'),
        moisture(1, 'magnitude', 'same', null, '0.00', '0.00'),
        moisture(2, 'magnitude', 'fall', 2, '0.04', '0.07'),
      ],
      firstSignificantChange: null,
    });
  });

  it('fails, and says which comparisons, when B does not answer', async () => {
    const { code, stdout, stderr } = await demo(
      '--profile',
      'paillier-3072',
      '--series',
      '0.45,0.41',
      '--without-answering',
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('2 of 2 comparisons have no verified answer:');
    expect(stderr).toContain('moisture, month 1 to 2, magnitude: requested');
  });

  it('refuses what is not there before it starts anything', async () => {
    const { code, stdout, stderr } = await demo('--ledger', 'besu');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--ledger besu is not there; there is dev and fabric');
    expect(stderr).not.toContain('starting');
  });
});
