/** `npm run fabric:add-company -- <slug>`: a further company with channels of its own joins the running network. */
import { brokerDir, fabricDir } from '../tools/paths';
import { runTool, UsageError } from '../tools/tool';
import { Broker } from './broker';
import { FabricNetwork } from './fabric-network';
import { describeNetwork } from './report';
import { TOPOLOGY } from './topology';

const USAGE = `npm run fabric:add-company -- <company>

${TOPOLOGY.additions
  .map(
    ({ member: { slug, displayName }, channels }) =>
      `  ${slug.padEnd(10)} ${displayName}, with ${channels.map(({ name }) => name).join(' and ')}`,
  )
  .join('\n')}
`;

async function main(args: readonly string[]): Promise<void> {
  const [slug, ...more] = args;
  if (slug === '--help') {
    process.stdout.write(USAGE);
    return;
  }
  if (slug === undefined || more.length > 0) throw new UsageError('name one company');
  const network = FabricNetwork.open({
    dir: fabricDir,
    onProgress: (text) => process.stderr.write(`fabric: ${text}\n`),
  });
  await network.addCompany(slug);
  const mspId = network.topology.members.find((member) => member.slug === slug)?.mspId;
  const broker = Broker.open(brokerDir);
  if (broker?.pid !== undefined && mspId !== undefined) await broker.addCompany(mspId);
  process.stdout.write(`${describeNetwork(network.topology, await network.status())}\n`);
}

runTool('fabric:add-company', USAGE, main);
