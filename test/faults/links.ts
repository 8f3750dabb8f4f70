import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { NatsConfig } from '@tacit/company';
import type { Broker } from '../../fabric-network/broker';
import type { PeerProxies } from '../../fabric-network/site';
import { TOPOLOGY } from '../../fabric-network/topology';
import type { ConnectsCompanies } from '../../tools/network';
import type { Detours } from '../support/surroundings';
import { Link } from './link';

const LOOPBACK = '127.0.0.1';

/**
 * The companies' ways to each other, so that a test can cut them: an HTTP proxy for each company through which its
 * peer reaches the other peers, and for each company a port that leads to the broker. Who connects is known by the
 * proxy or the port that it uses.
 */
export class Links implements Detours {
  static readonly BROKER = 'broker';
  readonly #links = new Map<string, Link>();
  readonly #servers: (Server | HttpServer)[] = [];
  readonly #proxies: Record<string, string> = {};

  private constructor() {}

  /** @param companies MSP IDs */
  static async open(companies: readonly string[]): Promise<Links> {
    const links = new Links();
    for (const company of companies) {
      const port = await links.#listen(links.#proxyOf(company));
      links.#proxies[company] = `http://${LOOPBACK}:${port}`;
    }
    return links;
  }

  get peerProxies(): PeerProxies {
    return this.#proxies;
  }

  /** The link between two parties, whoever of them began. */
  between(one: string, other: string): Link {
    const name = [one, other].sort().join(' ');
    const link = this.#links.get(name) ?? new Link();
    this.#links.set(name, link);
    return link;
  }

  /** A port for each company that leads to the broker. */
  async toBroker(broker: Broker): Promise<ConnectsCompanies<NatsConfig>> {
    const ports = new Map<string, number>();
    for (const company of Object.keys(this.#proxies)) {
      const [server = ''] = broker.connectionOf(company).servers;
      const link = this.between(company, Links.BROKER);
      const carry = (near: Socket): void => {
        link.carry(near, () => connect(Number(new URL(server).port), LOOPBACK));
      };
      ports.set(company, await this.#listen(createServer(carry)));
    }
    return {
      connectionOf: (company) => ({
        ...broker.connectionOf(company),
        servers: [`tls://localhost:${ports.get(company) ?? 0}`],
      }),
    };
  }

  async close(): Promise<void> {
    for (const link of this.#links.values()) link.close();
    await Promise.all(this.#servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  #proxyOf(company: string): HttpServer {
    const proxy = createHttpServer((_request, response) => response.writeHead(405).end());
    proxy.on('connect', ({ url = '' }, near: Duplex) => {
      const [, domain, port] = /^peer\.([a-z0-9.-]+):(\d+)$/.exec(url) ?? [];
      const owner = TOPOLOGY.members.find((member) => member.domain === domain);
      if (owner === undefined) {
        near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
        return;
      }
      this.between(company, owner.mspId).carry(
        near as Socket,
        () => connect(Number(port), LOOPBACK),
        'HTTP/1.1 200 OK\r\n\r\n',
      );
    });
    return proxy;
  }

  async #listen(server: Server | HttpServer): Promise<number> {
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return (server.address() as AddressInfo).port;
  }
}
