/**
 * What runs once, in a container that has Fabric's programs, before the companies' applications start:
 * `material` makes certificates, configuration and genesis blocks; `channels` creates the channels and brings the
 * chaincode onto them; `streams` creates the companies' streams at the broker. Each may be repeated.
 */
import { connectionOptions } from '@tacit/messaging';
import { connect } from 'nats';
import { runTool, UsageError } from '../../tools/tool';
import { OPERATOR } from '../broker/permissions';
import { provisionStreams } from '../broker/streams';
import { establish } from '../establish';
import { makeMaterial } from '../material';
import { COMPOSE_COMPANIES, COMPOSE_SITE, IN_CONTAINER, NATS } from './compose-site';

const JOBS: Readonly<Record<string, () => Promise<void>>> = {
  material: () => makeMaterial(COMPOSE_SITE),
  channels: () =>
    establish(COMPOSE_SITE, {
      onProgress: (text) => process.stdout.write(`${text}\n`),
      // Compose watches the containers.
      whileWaiting: () => undefined,
    }),
  streams: async () => {
    const connection = await connect(
      connectionOptions({
        servers: [`tls://${NATS.node}:${NATS.port}`],
        ca: IN_CONTAINER.brokerAuthority,
        user: OPERATOR,
        passwordFile: IN_CONTAINER.password,
      }),
    );
    try {
      await provisionStreams(
        connection,
        COMPOSE_COMPANIES.map(({ company }) => company),
      );
    } finally {
      await connection.close();
    }
  },
};

const USAGE = `node dist/fabric-network/compose/job.js ${Object.keys(JOBS).join(' | ')}\n`;

runTool('job', USAGE, async ([name = '']) => {
  const job = Object.hasOwn(JOBS, name) ? JOBS[name] : undefined;
  if (job === undefined) throw new UsageError(`there is no job ${name}`);
  await job();
});
