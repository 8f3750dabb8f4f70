import * as path from 'node:path';
import { COMPANIES, type CompanyDefinition } from '../../tools/companies';
import { applicationUser } from '../broker/permissions';
import { ADMIN_USER, CLIENT_USER, memberMaterial, peerAddress, userMaterial, type Site } from '../site';
import { memberOfMsp, TOPOLOGY } from '../topology';

/** The same topology in containers: every node is a host of its name, with the ports that it has natively. */
export const COMPOSE_SITE: Site = {
  topology: TOPOLOGY,
  bind: '0.0.0.0',
  hostOf: (node) => node,
  materialDir: '/material',
  dataDirOf: (node) => path.posix.join('/data', node),
};

export const NATS = { node: 'nats', port: 4222, monitoring: 8222, dir: '/broker' } as const;

/** Where containers find what `npm run fabric:compose` has made outside of them. */
export const IN_CONTAINER = {
  brokerAuthority: '/run/tacit/broker-ca.pem',
  password: '/run/secrets/nats-password',
  atRestKey: '/run/secrets/at-rest-key',
  batchKey: '/run/secrets/batch-key',
  stateDir: '/state',
} as const;

/** A company that runs with ports of its own; the ones that are added later are not part of the Compose file. */
export interface ComposeCompany extends CompanyDefinition {
  readonly ports: NonNullable<CompanyDefinition['ports']>;
}

export const COMPOSE_COMPANIES: readonly ComposeCompany[] = COMPANIES.flatMap(({ ports, ...company }) =>
  ports === undefined ? [] : [{ ...company, ports }],
);

/** A company's configuration, a variable for each setting. It holds no secret, only where they are. */
export function companyEnvironment({
  company,
  displayName,
  ports,
}: ComposeCompany): Readonly<Record<string, string>> {
  const member = memberOfMsp(COMPOSE_SITE.topology, company);
  return {
    TACIT_COMPANY: company,
    TACIT_DISPLAY_NAME: displayName,
    // Whoever reaches the API from the same machine, here the container, is the company's operator: no port is
    // published.
    TACIT_HOST: '127.0.0.1',
    TACIT_HTTP_PORT: ports.http.toString(),
    TACIT_MESSAGING_URL: `nats://${company}`,
    TACIT_NATS_SERVERS: `tls://${NATS.node}:${NATS.port}`,
    TACIT_NATS_CA: IN_CONTAINER.brokerAuthority,
    TACIT_NATS_USER: applicationUser(company),
    TACIT_NATS_PASSWORD_FILE: IN_CONTAINER.password,
    TACIT_NATS_BATCH_KEY_FILE: IN_CONTAINER.batchKey,
    TACIT_STATE_DIR: IN_CONTAINER.stateDir,
    TACIT_KEY_FILE: IN_CONTAINER.atRestKey,
    TACIT_LEDGER_DRIVER: 'fabric',
    TACIT_PEER: peerAddress(COMPOSE_SITE, member),
    TACIT_PEER_TLS_CA: path.posix.join(memberMaterial(COMPOSE_SITE, member, 'peer').tls, 'ca.crt'),
    TACIT_CLIENT_MSP: userMaterial(COMPOSE_SITE, member, CLIENT_USER).msp,
    TACIT_ADMIN_MSP: userMaterial(COMPOSE_SITE, member, ADMIN_USER).msp,
  };
}
