import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from './paths';
import { UsageError } from './tool';

/** What stands for a company on a command line. */
export const COMPANY_CONFIGS =
  'manufacturer-a, manufacturer-b, servicer-s (apps/<name>/company.json), or a file';

/** The configuration file of a company. @throws UsageError */
export function companyConfigOf(target: string): string {
  const own = path.join(projectRoot, 'apps', target, 'company.json');
  const file = /^[a-z-]+$/.test(target) ? own : path.resolve(target);
  if (!fs.existsSync(file)) throw new UsageError(`there is no configuration ${file}`);
  return file;
}
