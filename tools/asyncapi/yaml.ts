import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { projectRoot } from '../paths';
import { asyncApiDocument } from './document';

export const ASYNCAPI_FILE = path.join(projectRoot, 'docs', 'api', 'asyncapi.yaml');

/** What docs/api/asyncapi.yaml has to say. */
export function asyncApiYaml(): string {
  const { version } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return stringify(asyncApiDocument(version), { lineWidth: 110, aliasDuplicateObjects: false });
}
