/** `npm run company -- <company>`: one company alone, in the foreground, from its own configuration file. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { companyConfigOf, COMPANY_CONFIGS } from './company-config';
import { projectRoot } from './paths';
import { runTool, UsageError } from './tool';

const USAGE = `npm run company -- <company> [application]

  <company>           ${COMPANY_CONFIGS}
  [application]       manufacturer-a, manufacturer-b or servicer-s; that of the company's folder unless told
`;

async function main([target, application, ...more]: readonly string[]): Promise<void> {
  if (target === '--help') {
    process.stdout.write(USAGE);
    return;
  }
  if (target === undefined || more.length > 0) throw new UsageError('name one company');
  const file = companyConfigOf(target);
  const app = application ?? path.basename(path.dirname(file));
  const entry = path.join(projectRoot, 'dist', 'apps', app, 'src', 'main.js');
  if (!/^[a-z-]+$/.test(app) || !fs.existsSync(entry)) throw new UsageError(`there is no application ${app}`);
  process.env['TACIT_CONFIG'] = file;
  await import(entry);
}

runTool('company', USAGE, main);
