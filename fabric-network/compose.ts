/** `npm run fabric:compose`: writes docker-compose.yml from the topology, and the secret files that it names. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../tools/paths';
import { runTool } from '../tools/tool';
import { composeText } from './compose/compose-file';
import { SECRETS_DIR, writeSecretFiles } from './compose/secret-files';
import { withoutArguments } from './report';

const USAGE = 'npm run fabric:compose\n';

async function main(args: readonly string[]): Promise<void> {
  if (withoutArguments(args, USAGE)) return;
  fs.writeFileSync(path.join(projectRoot, 'docker-compose.yml'), composeText());
  await writeSecretFiles(projectRoot);
  const { uid, gid } = fs.statSync(path.join(projectRoot, SECRETS_DIR));
  process.stdout.write(
    `docker-compose.yml is written; keys and passwords are in ${SECRETS_DIR}, made where they were missing.\n` +
      `Start it with: TACIT_UID=${uid} TACIT_GID=${gid} docker compose up --build --detach --wait\n`,
  );
}

runTool('fabric:compose', USAGE, main);
