import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '@tacit/company';
import { projectRoot } from '../../tools/paths';
import { memberCryptoConfig, ordererCryptoConfig } from '../config/crypto-config';
import { ordererConfig, peerConfig } from '../config/node-config';
import { nativeSite } from '../native/native-site';
import { chaincodeAddress, ordererAddress, peerAddress } from '../site';
import { chaincodeNode, ORDERER_NODE, peerNode, TOPOLOGY } from '../topology';
import { composeFile, composeText } from './compose-file';
import { COMPOSE_COMPANIES, COMPOSE_SITE } from './compose-site';
import { writeSecretFiles } from './secret-files';

interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly restart: string;
  readonly healthcheck?: object;
  readonly deploy: { readonly resources: { readonly limits: object } };
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly configs: Readonly<Record<string, { readonly file: string }>>;
}

const compose = composeFile() as ComposeFile;
const native = nativeSite('/network', {
  ports: 'usual',
  orderer: TOPOLOGY.orderer.ports,
  members: {},
  added: [],
});

/** The Compose specification's own schema. Its name is one that ajv does not know under https. */
function schemaErrors(file: object): unknown {
  const dir = path.dirname(require.resolve('dclint/package.json'));
  const schema = JSON.parse(
    fs.readFileSync(path.join(dir, 'schemas', 'compose.schema.json'), 'utf8'),
  ) as Record<string, unknown>;
  delete schema['$schema'];
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  return validate(file) ? [] : validate.errors;
}

it('is what the topology gives', () => {
  const committed = fs.readFileSync(path.join(projectRoot, 'docker-compose.yml'), 'utf8');
  expect(committed).toBe(composeText());
});

describe('the Compose specification’s schema', () => {
  it('allows the file', () => {
    expect(schemaErrors(parse(composeText()) as object)).toEqual([]);
  });

  it.each([
    ['an unknown key of a service', { services: { x: { image: 'x', portz: [] } } }],
    ['an unknown condition', { services: { x: { image: 'x', depends_on: { y: { condition: 'ready' } } } } }],
    [
      'a health check with a number for its test',
      { services: { x: { image: 'x', healthcheck: { test: 1 } } } },
    ],
  ])('refuses %s', (_, file) => {
    expect(schemaErrors(file)).not.toEqual([]);
  });
});

it('has a service of the same name and ports for every process that runs natively', () => {
  const { members } = TOPOLOGY;
  expect(Object.keys(compose.services)).toEqual(
    expect.arrayContaining([ORDERER_NODE, ...members.map(peerNode), ...members.map(chaincodeNode)]),
  );
  const portOf = (address: string): string => address.slice(address.lastIndexOf(':'));
  expect(portOf(ordererAddress(COMPOSE_SITE))).toBe(portOf(ordererAddress(native)));
  for (const member of members) {
    expect(peerAddress(COMPOSE_SITE, member)).toBe(`${peerNode(member)}:${member.ports.peer}`);
    expect(portOf(peerAddress(COMPOSE_SITE, member))).toBe(portOf(peerAddress(native, member)));
    expect(portOf(chaincodeAddress(COMPOSE_SITE, member))).toBe(portOf(chaincodeAddress(native, member)));
  }
});

it('gives the nodes the same configuration as natively, but for hosts and folders', () => {
  const neutral = (config: object): string =>
    JSON.stringify(config)
      .replaceAll(/"(\/network\/data|\/data)\//g, '"DATA/')
      .replaceAll(/"(\/network|\/material)\//g, '"MATERIAL/')
      .replaceAll(/"(localhost|orderer|peer-[a-z0-9]+|127\.0\.0\.1|0\.0\.0\.0)(:\d+)?"/g, '"HOST$2"');
  expect(neutral(ordererConfig(COMPOSE_SITE))).toBe(neutral(ordererConfig(native)));
  for (const member of TOPOLOGY.members) {
    expect(neutral(peerConfig(COMPOSE_SITE, member))).toBe(neutral(peerConfig(native, member)));
  }
});

it('names in every certificate the host by which Compose reaches it', () => {
  const names = (config: object): string => JSON.stringify(config);
  expect(names(ordererCryptoConfig(TOPOLOGY.orderer))).toContain(`"${ORDERER_NODE}"`);
  for (const member of TOPOLOGY.members) {
    expect(names(memberCryptoConfig(member))).toContain(`"${peerNode(member)}"`);
    expect(names(memberCryptoConfig(member))).toContain(`"${chaincodeNode(member)}"`);
  }
});

it.each(COMPOSE_COMPANIES)('configures $displayName as its application reads it', ({ app, company }) => {
  const config = readConfig(compose.services[app]?.environment ?? {});
  const member = TOPOLOGY.members.find(({ mspId }) => mspId === company);
  expect(config).toMatchObject({
    company,
    messagingUrl: `nats://${company}`,
    nats: { user: company, servers: ['tls://nats:4222'] },
    ledger: { driver: 'fabric', peer: `peer-${member?.slug}:${member?.ports.peer}` },
  });
});

it('holds no secret, only the names of files that are not under version control', () => {
  const ignored = fs.readFileSync(path.join(projectRoot, '.gitignore'), 'utf8').split('\n');
  expect(ignored).toContain('.tacit/');
  for (const { file } of Object.values(compose.secrets)) expect(file).toMatch(/^\.\/\.tacit\/compose\//);
  expect(composeText()).not.toMatch(/BEGIN|PRIVATE|[A-Za-z0-9_-]{43}/);
});

it('makes every file that it names, readable by its owner only, and keeps what is there', async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-compose-'));
  try {
    await writeSecretFiles(root);
    const files = [...Object.values(compose.secrets), ...Object.values(compose.configs)].map(({ file }) =>
      path.join(root, file),
    );
    expect(files.length).toBeGreaterThan(10);
    const before = files.map((file) => fs.readFileSync(file, 'base64'));
    for (const file of files) expect(fs.statSync(file).mode & 0o077).toBe(0);
    await writeSecretFiles(root);
    expect(files.map((file) => fs.readFileSync(file, 'base64'))).toEqual(before);
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

it('publishes nothing, limits everything and watches what stays', () => {
  for (const { ports, deploy, restart, healthcheck } of Object.values(compose.services)) {
    expect(ports).toBeUndefined();
    expect(deploy.resources.limits).toEqual({ cpus: expect.any(String), memory: expect.any(String) });
    expect(healthcheck !== undefined).toBe(restart !== 'no');
  }
});

it('shows each company’s certificates to nobody but the company and the jobs', () => {
  for (const { slug } of TOPOLOGY.members) {
    const mounting = Object.entries(compose.services)
      .filter(([, { volumes = [] }]) => volumes.some((volume) => volume.startsWith(`material-${slug}:`)))
      .map(([name]) => name);
    const app = COMPOSE_COMPANIES.find(({ company }) => company.toLowerCase().endsWith(slug))?.app;
    expect(mounting.sort()).toEqual(
      [`chaincode-${slug}`, `peer-${slug}`, app, 'channels', 'material'].sort(),
    );
  }
});

it('builds every image of ours from a target of the Dockerfile, which prepares every volume', () => {
  const dockerfile = fs.readFileSync(path.join(projectRoot, 'Dockerfile'), 'utf8');
  const targets = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, target]) => target);
  for (const { image, build } of Object.values(compose.services)) {
    if (build === undefined)
      expect(image).toMatch(/^(hyperledger\/fabric-(peer|orderer):3\.1|nats:2\.14-alpine)$/);
    else expect(targets).toContain(build.target);
  }
  for (const slug of [ORDERER_NODE, ...TOPOLOGY.members.map((member) => member.slug)]) {
    expect(dockerfile).toContain(`organizations/${slug} `);
  }
});
