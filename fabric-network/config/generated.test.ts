import { nativeSite } from '../native/native-site';
import { peerAddress, type Site } from '../site';
import { memberOfMsp, TOPOLOGY } from '../topology';
import { configtx } from './configtx';
import { memberCryptoConfig, ordererCryptoConfig } from './crypto-config';
import { ordererConfig, peerConfig } from './node-config';

const site: Site = nativeSite('/network', {
  ports: 'usual',
  orderer: TOPOLOGY.orderer.ports,
  members: {},
  added: [],
});

/** Every string in a JSON value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(strings);
}

it.each(TOPOLOGY.channels)('makes $name of the orderer and its members, and of nobody else', (channel) => {
  const text = JSON.stringify(configtx(site, channel));
  for (const { mspId } of TOPOLOGY.members) {
    expect(text.includes(mspId)).toBe(channel.members.includes(mspId));
  }
  expect(text).toContain(TOPOLOGY.orderer.mspId);
});

it('announces the peers where they listen', () => {
  for (const channel of TOPOLOGY.channels) {
    const { Profiles: profiles } = configtx(site, channel) as {
      Profiles: Record<
        string,
        {
          Application: {
            Organizations: { ID: string; AnchorPeers: { Host: string; Port: number }[] }[];
          };
        }
      >;
    };
    for (const { ID: id, AnchorPeers: anchors } of profiles[channel.name]!.Application.Organizations) {
      const announced = anchors.map(({ Host: host, Port: port }) => `${host}:${port}`);
      expect(announced).toEqual([peerAddress(site, memberOfMsp(site.topology, id))]);
    }
  }
});

it('announces a peer behind a proxy by the name in its certificate', () => {
  const state = { ports: 'usual', orderer: TOPOLOGY.orderer.ports, members: {}, added: [] } as const;
  const proxied = nativeSite('/network', {
    ...state,
    peerProxies: { ManufacturerA: 'http://127.0.0.1:3128' },
  });
  const address = 'peer.manufacturer-b.example:7052';
  expect(peerConfig(proxied, memberOfMsp(TOPOLOGY, 'ManufacturerB'))).toMatchObject({
    peer: { address: 'localhost:7052', gossip: { externalEndpoint: address } },
  });
  expect(strings(configtx(proxied, TOPOLOGY.channels[0]!))).toContain('peer.manufacturer-b.example');
  expect(strings(configtx(site, TOPOLOGY.channels[0]!))).not.toContain('peer.manufacturer-b.example');
});

it('has no address in a configuration that a certificate does not name', () => {
  const certificates = [
    ordererCryptoConfig(TOPOLOGY.orderer),
    ...TOPOLOGY.members.map((member) => memberCryptoConfig(member)),
  ].map(strings);
  const hosts = [ordererConfig(site), ...TOPOLOGY.members.map((member) => peerConfig(site, member))]
    .flatMap(strings)
    .map((text) => /^([a-z0-9.-]+):\d+$/.exec(text)?.[1])
    .filter((host) => host !== undefined);
  expect(hosts).toContain('localhost');
  for (const host of hosts) for (const names of certificates) expect(names).toContain(host);
});

it('listens on this machine only', () => {
  const configs = [ordererConfig(site), ...TOPOLOGY.members.map((member) => peerConfig(site, member))];
  const listens = JSON.stringify(configs).match(/"listenAddress":"[^"]*"/gi) ?? [];
  expect(listens.length).toBeGreaterThanOrEqual(2 * configs.length);
  for (const listen of listens) expect(listen).toMatch(/:"127\.0\.0\.1(:\d+)?"$/);
});

it('gives every process ports of its own', () => {
  const { orderer, members, additions } = TOPOLOGY;
  const owners = [orderer, ...members, ...additions.map(({ member }) => member)];
  const ports = owners.flatMap((owner) => Object.values<number>({ ...owner.ports }));
  expect(new Set(ports).size).toBe(ports.length);
});

it('lets nobody create channels without a certificate of the ordering organisation', () => {
  expect(ordererConfig(site)).toMatchObject({
    Admin: {
      TLS: {
        Enabled: true,
        ClientAuthRequired: true,
        ClientRootCAs: [expect.stringContaining('organizations/orderer/')],
      },
    },
  });
});

it('refuses proposals with old timestamps at every peer', () => {
  for (const member of TOPOLOGY.members) {
    expect(peerConfig(site, member)).toMatchObject({
      peer: {
        handlers: { authFilters: expect.arrayContaining([{ name: 'TimeWindowCheck' }]) },
        authentication: { timewindow: '120s' },
      },
    });
  }
});
