import * as path from 'node:path';
import { stringify } from 'yaml';
import { chaincodeNode, memberOfMsp, ORDERER_NODE, peerNode, type Member, type Orderer } from '../topology';
import { chaincodeEnvironment } from '../config/chaincode-environment';
import { configDir, organizationDir, packageIdFile } from '../site';
import {
  companyEnvironment,
  COMPOSE_COMPANIES,
  COMPOSE_SITE,
  IN_CONTAINER,
  NATS,
  type ComposeCompany,
} from './compose-site';
import { atRestKeyFileOf, batchKeyFileOf, BROKER_FILES, passwordFileOf, SECRETS_DIR } from './secret-files';

const FABRIC_VERSION = '3.1';
const NATS_IMAGE = 'nats:2.14-alpine';
/** The account that `.tacit/compose` belongs to; mounted secrets keep their owner and their mode. */
const USER = '${TACIT_UID:-1000}:${TACIT_GID:-1000}';

const { topology } = COMPOSE_SITE;
const organizations: readonly (Member | Orderer)[] = [topology.orderer, ...topology.members];

/** Networks: the companies' peers and the orderer meet on one, their applications and the broker on another. */
const FABRIC_NETWORK = 'fabric';
const MESSAGING_NETWORK = 'messaging';
/** An application, its peer and its chaincode: out of the other companies' reach. */
const companyNetwork = ({ slug }: Member): string => `company-${slug}`;

type Service = Readonly<Record<string, unknown>>;

/** The Compose file of the whole network, derived from the topology. */
export function composeFile(): object {
  return {
    name: 'tacit',
    services: {
      material: job('material', [FABRIC_NETWORK], {
        volumes: materialVolumes(organizations, 'rw'),
      }),
      [ORDERER_NODE]: ordererService(),
      ...Object.fromEntries(
        topology.members.flatMap((member) => [
          [peerNode(member), peerService(member)],
          [chaincodeNode(member), chaincodeService(member)],
        ]),
      ),
      channels: job('channels', [FABRIC_NETWORK], {
        volumes: materialVolumes(organizations, 'ro'),
        depends_on: healthy([
          ORDERER_NODE,
          ...topology.members.flatMap((member) => [peerNode(member), chaincodeNode(member)]),
        ]),
      }),
      [NATS.node]: natsService(),
      streams: job('streams', [MESSAGING_NETWORK], {
        configs: [authority()],
        secrets: [secret('nats-operator-password', IN_CONTAINER.password)],
        depends_on: healthy([NATS.node]),
      }),
      ...Object.fromEntries(COMPOSE_COMPANIES.map((company) => [company.app, companyService(company)])),
    },
    networks: Object.fromEntries(
      [FABRIC_NETWORK, MESSAGING_NETWORK, ...topology.members.map(companyNetwork)].map((name) => [name, {}]),
    ),
    volumes: Object.fromEntries(volumeNames().map((name) => [name, {}])),
    configs: { 'nats-authority': file(BROKER_FILES.authority) },
    secrets: {
      'nats-config': file(BROKER_FILES.config),
      'nats-certificate': file(BROKER_FILES.certificate),
      'nats-key': file(BROKER_FILES.key),
      'nats-operator-password': file(BROKER_FILES.operatorPassword),
      ...Object.fromEntries(
        COMPOSE_COMPANIES.flatMap(({ app, company }) => [
          [`${app}-nats-password`, file(passwordFileOf(company))],
          [`${app}-at-rest-key`, file(atRestKeyFileOf(company))],
          [`${app}-batch-key`, file(batchKeyFileOf(company))],
        ]),
      ),
    },
  };
}

/** docker-compose.yml. */
export function composeText(): string {
  return (
    '# Generated from the topology by npm run fabric:compose; a test compares.\n' +
    stringify(composeFile(), { aliasDuplicateObjects: false, compat: 'yaml-1.1', lineWidth: 0 })
  );
}

function ordererService(): Service {
  const { orderer } = topology;
  return {
    image: `hyperledger/fabric-orderer:${FABRIC_VERSION}`,
    environment: { FABRIC_CFG_PATH: configDir(COMPOSE_SITE, orderer) },
    volumes: [materialVolume(orderer, 'ro'), dataVolume(ORDERER_NODE)],
    networks: [FABRIC_NETWORK],
    depends_on: completed(['material']),
    healthcheck: fabricHealth(orderer.ports.operations),
    ...runsOn('1', '512M'),
  };
}

function peerService(member: Member): Service {
  return {
    image: `hyperledger/fabric-peer:${FABRIC_VERSION}`,
    environment: { FABRIC_CFG_PATH: configDir(COMPOSE_SITE, member) },
    volumes: [materialVolume(member, 'ro'), dataVolume(peerNode(member))],
    networks: [FABRIC_NETWORK, companyNetwork(member)],
    depends_on: completed(['material']),
    healthcheck: fabricHealth(member.ports.operations),
    ...runsOn('1', '1G'),
  };
}

function chaincodeService(member: Member): Service {
  // The package's ID depends on the company's certificates: it is known only when they are made.
  const start = 'exec node --enable-source-maps dist/chaincode/src/main.js';
  return {
    ...built('chaincode'),
    command: ['sh', '-c', `CHAINCODE_ID="$$(cat ${packageIdFile(COMPOSE_SITE, member)})" ${start}`],
    environment: chaincodeEnvironment(COMPOSE_SITE, member),
    volumes: [materialVolume(member, 'ro')],
    networks: [companyNetwork(member)],
    depends_on: completed(['material']),
    healthcheck: nodeHealth(
      `require('node:net').connect(${member.ports.chaincode}, '127.0.0.1')` +
        `.once('connect', () => process.exit(0)).once('error', () => process.exit(1))`,
    ),
    ...runsOn('1', '512M'),
  };
}

function natsService(): Service {
  const inBroker = (mounted: string): string =>
    path.posix.join(NATS.dir, path.posix.relative('broker', mounted));
  return {
    image: NATS_IMAGE,
    command: ['--config', inBroker(BROKER_FILES.config), '--http_port', NATS.monitoring.toString()],
    secrets: [
      secret('nats-config', inBroker(BROKER_FILES.config)),
      secret('nats-certificate', inBroker(BROKER_FILES.certificate)),
      secret('nats-key', inBroker(BROKER_FILES.key)),
    ],
    volumes: [`data-nats:${NATS.dir}/jetstream`],
    networks: [MESSAGING_NETWORK],
    healthcheck: health([
      'CMD',
      'wget',
      '-q',
      '-O',
      '/dev/null',
      `http://127.0.0.1:${NATS.monitoring}/healthz`,
    ]),
    ...runsOn('0.5', '256M'),
  };
}

function companyService(company: ComposeCompany): Service {
  const { app, ports } = company;
  const member = memberOfMsp(topology, company.company);
  return {
    ...built(app),
    environment: companyEnvironment(company),
    configs: [authority()],
    secrets: [
      secret(`${app}-nats-password`, IN_CONTAINER.password),
      secret(`${app}-at-rest-key`, IN_CONTAINER.atRestKey),
      secret(`${app}-batch-key`, IN_CONTAINER.batchKey),
    ],
    volumes: [materialVolume(member, 'ro'), `state-${app}:${IN_CONTAINER.stateDir}`],
    networks: [companyNetwork(member), MESSAGING_NETWORK],
    depends_on: completed(['channels', 'streams']),
    healthcheck: nodeHealth(
      `fetch('http://127.0.0.1:${ports.http}/health')` +
        `.then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`,
    ),
    ...runsOn('2', '1G'),
  };
}

function job(name: string, networks: readonly string[], more: Service): Service {
  return {
    ...built('fabric-setup'),
    command: ['node', 'dist/fabric-network/compose/job.js', name],
    networks,
    ...more,
    ...limits('1', '512M'),
    restart: 'no',
  };
}

/** One of our own images: a target of the Dockerfile. */
function built(target: string): Service {
  return {
    image: `tacit/${target}`,
    build: { context: '.', target },
    user: USER,
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  };
}

function runsOn(cpus: string, memory: string): Service {
  return { ...limits(cpus, memory), restart: 'unless-stopped' };
}

function limits(cpus: string, memory: string): Service {
  return { deploy: { resources: { limits: { cpus, memory } } } };
}

/** Fabric's images have neither curl nor wget, but bash. */
function fabricHealth(port: number): Service {
  return health([
    'CMD',
    'bash',
    '-c',
    `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && grep -q '"status":"OK"' <&3`,
  ]);
}

function nodeHealth(script: string): Service {
  return health(['CMD', 'node', '-e', script]);
}

function health(test: readonly string[]): Service {
  return { test, interval: '5s', timeout: '5s', retries: 12, start_period: '10s' };
}

function healthy(services: readonly string[]): Service {
  return Object.fromEntries(services.map((name) => [name, { condition: 'service_healthy' }]));
}

function completed(services: readonly string[]): Service {
  return Object.fromEntries(services.map((name) => [name, { condition: 'service_completed_successfully' }]));
}

function file(name: string): Service {
  return { file: `./${SECRETS_DIR}/${name}` };
}

function secret(source: string, target: string): Service {
  return { source, target };
}

function authority(): Service {
  return { source: 'nats-authority', target: IN_CONTAINER.brokerAuthority };
}

const materialName = (owner: Member | Orderer): string =>
  `material-${'slug' in owner ? owner.slug : ORDERER_NODE}`;

/** An organisation's certificates and keys: mounted where they are its own, and into the jobs. */
function materialVolume(owner: Member | Orderer, mode: 'ro' | 'rw'): string {
  return `${materialName(owner)}:${organizationDir(COMPOSE_SITE, owner)}:${mode}`;
}

function materialVolumes(owners: readonly (Member | Orderer)[], mode: 'ro' | 'rw'): string[] {
  return [
    ...owners.map((owner) => materialVolume(owner, mode)),
    `channels:${path.posix.join(COMPOSE_SITE.materialDir, 'channels')}:${mode}`,
  ];
}

function dataVolume(node: string): string {
  return `data-${node}:${COMPOSE_SITE.dataDirOf(node)}`;
}

function volumeNames(): string[] {
  return [
    ...organizations.map(materialName),
    'channels',
    ...[ORDERER_NODE, ...topology.members.map(peerNode), NATS.node].map((node) => `data-${node}`),
    ...COMPOSE_COMPANIES.map(({ app }) => `state-${app}`),
  ];
}
