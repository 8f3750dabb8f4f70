/** `npm run api:messages`: writes docs/api/asyncapi.yaml. */
import * as fs from 'node:fs';
import { ASYNCAPI_FILE, asyncApiYaml } from './asyncapi/yaml';
import { runTool } from './tool';

async function main(): Promise<void> {
  fs.writeFileSync(ASYNCAPI_FILE, asyncApiYaml());
  process.stdout.write(`wrote ${ASYNCAPI_FILE}\n`);
}

runTool('api:messages', 'npm run api:messages\n', main);
