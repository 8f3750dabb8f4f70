/**
 * `npm run check-connection -- <app or configuration file>`: what one company can reach of the network, from its own
 * configuration alone, as its IT would ask before the first start.
 */
import { ConfigError, readConfig } from '@tacit/company';
import { checkConnection } from './check-connection/checks';
import { formatFinding } from './check-connection/finding';
import { companyConfigOf, COMPANY_CONFIGS } from './company-config';
import { runTool, ToolError, UsageError } from './tool';

const USAGE = `npm run check-connection -- <company>

  <company>           ${COMPANY_CONFIGS}
`;

async function main([target, ...more]: readonly string[]): Promise<void> {
  if (target === '--help') {
    process.stdout.write(USAGE);
    return;
  }
  if (target === undefined || more.length > 0) throw new UsageError('name one company');
  let failures = 0;
  for await (const finding of checkConnection(read(companyConfigOf(target)), Date.now())) {
    process.stdout.write(`${formatFinding(finding)}\n`);
    if (finding.level === 'FAIL') failures += 1;
  }
  process.stdout.write(failures === 0 ? '\nThis company can work.\n' : `\n${failures} to put right.\n`);
  if (failures > 0) process.exitCode = 1;
}

function read(file: string) {
  try {
    return readConfig({ ...process.env, TACIT_CONFIG: file });
  } catch (error) {
    if (error instanceof ConfigError) throw new ToolError(error.message);
    throw error;
  }
}

runTool('check-connection', USAGE, main);
