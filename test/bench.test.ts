import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectRoot } from '../tools/paths';

interface Report {
  profiles: {
    profile: string;
    rows: { operation: string; milliseconds: number; timesTextbook: number | null }[];
  }[];
  health: { requests: number; p99: number };
}

describe('npm run bench', () => {
  it('prints every step beside the textbook as one JSON object', async () => {
    const { stdout } = await promisify(execFile)(
      'npm',
      ['run', '--silent', 'bench', '--', '--json', '--profile', 'paillier-3072'],
      { cwd: projectRoot },
    );
    const { profiles, health } = JSON.parse(stdout) as Report;
    expect(profiles.map(({ profile }) => profile)).toEqual(['paillier-3072']);
    expect(profiles[0]!.rows.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining([
        'textbook: one r^n mod n²',
        'publish a pair, pool filled (online)',
        'offline + online, uniform',
        'evaluate a pair (A)',
        'answer a pair (B)',
        'whole comparison: online, evaluate, answer',
      ]),
    );
    for (const { milliseconds } of profiles[0]!.rows) expect(milliseconds).toBeGreaterThan(0);
    expect(health.requests).toBeGreaterThan(100);
  }, 240_000);

  it('refuses a profile that is not there', async () => {
    const run = promisify(execFile)('npm', ['run', '--silent', 'bench', '--', '--profile', 'paillier-64'], {
      cwd: projectRoot,
    });
    await expect(run).rejects.toMatchObject({ code: 2 });
  });
});
