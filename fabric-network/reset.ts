/** `npm run fabric:reset`: stops the Fabric network and the broker and removes all that they and their users stored. */
import { runTool } from '../tools/tool';
import { clearNetwork } from './clear';
import { withoutArguments } from './report';

const USAGE = 'npm run fabric:reset\n';

async function main(args: readonly string[]): Promise<void> {
  if (withoutArguments(args, USAGE)) return;
  const removed = await clearNetwork();
  const lines =
    removed.length === 0 ? ['There was nothing to clear.'] : removed.map((dir) => `removed ${dir}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

runTool('fabric:reset', USAGE, main);
