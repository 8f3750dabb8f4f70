import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../tools/paths';
import { A, B, S, startTestNetwork, type TestNetwork } from './support';

const MINUTE = 60_000;
const readme = fs.readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
const packageJson = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** The blocks of the walk-through, one shell script. */
const walkthrough = [...readme.matchAll(/<!-- test:walkthrough -->\s+```bash\n([^]*?)```/g)]
  .map(([, block]) => block)
  .join('');

describe('the README', () => {
  describe('its walk-through', () => {
    let network: TestNetwork;

    beforeAll(async () => {
      network = await startTestNetwork({ introduced: false });
    }, MINUTE);

    afterAll(() => network.stop(), MINUTE);

    it(
      'leads from an empty network to outcomes, every command as it stands',
      async () => {
        const addresses = Object.entries({ A, B, S }).flatMap(([name, company]) => {
          const { url, inbox } = network.network.company(company);
          return [[name, url] as const, [`${name}_INBOX`, inbox] as const];
        });
        const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', walkthrough], {
          env: { ...process.env, ...Object.fromEntries(addresses) },
          timeout: 5 * MINUTE,
        });
        expect(stdout).toContain('moisture fell by 0.04 to 0.07 g/cm², proof verified');
        expect(
          stdout.match(/moisture rose by 0\.32 to 0\.63 g\/cm², proof verified/g)?.length,
        ).toBeGreaterThanOrEqual(2);
        expect(stdout).toContain('"firstSignificantChange":3');
        expect(stdout).toContain('"code":"bad-row"');
      },
      6 * MINUTE,
    );
  });

  it('has no shell block that the walk-through leaves out', () => {
    expect(readme.match(/```bash/g)).toHaveLength(readme.match(/<!-- test:walkthrough -->/g)?.length ?? 0);
  });

  it.each([
    ...new Set([...readme.matchAll(/npm (?:run )?([a-z][a-z:-]*[a-z])/g)].map(([, name = '']) => name)),
  ])('names npm %s, which exists', (name) => {
    const own = ['ci', 'install'];
    expect([...Object.keys(packageJson.scripts), ...own]).toContain(name);
  });

  it.each([...new Set([...readme.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, file = '']) => file))])(
    'links to %s, which exists',
    (file) => {
      expect(fs.existsSync(path.join(projectRoot, file))).toBe(true);
    },
  );
});
