import * as path from 'node:path';
import { readConfig } from '@tacit/company';
import { authorityFile, passwordFile } from '../fabric-network/broker/files';
import { nativeSite, newState, withAddition } from '../fabric-network/native/native-site';
import { ADMIN_USER, CLIENT_USER, memberMaterial, peerAddress, userMaterial } from '../fabric-network/site';
import { memberOfMsp } from '../fabric-network/topology';
import { COMPANIES, MANUFACTURER_A2 } from './companies';
import { companyConfigOf } from './company-config';
import { brokerDir, fabricDir, projectRoot, stateRoot } from './paths';
import { UsageError } from './tool';

describe('a company’s own configuration file', () => {
  it.each([
    ...COMPANIES.map((definition) => ({
      ...definition,
      target: definition.app,
      state: definition.app,
    })),
    { ...MANUFACTURER_A2, target: 'apps/manufacturer-a/company-a2.json', state: 'manufacturer-a2' },
  ])(
    'of $displayName fits the network of this project',
    async ({ target, state, company, displayName, ports }) => {
      const site = nativeSite(fabricDir, await withAddition(await newState('usual'), 'a2'));
      const member = memberOfMsp(site.topology, company);
      const file = companyConfigOf(target.includes('/') ? path.join(projectRoot, target) : target);
      expect(readConfig({ TACIT_CONFIG: file })).toMatchObject({
        company,
        displayName,
        httpPort: ports?.http ?? 3004,
        messagingUrl: `nats://${company}`,
        nats: {
          servers: ['tls://localhost:4222'],
          ca: authorityFile(brokerDir),
          user: company,
          passwordFile: passwordFile(brokerDir, company),
        },
        ledger: {
          driver: 'fabric',
          peer: peerAddress(site, member),
          tlsCa: path.join(memberMaterial(site, member, 'peer').tls, 'ca.crt'),
          clientMsp: userMaterial(site, member, CLIENT_USER).msp,
          adminMsp: userMaterial(site, member, ADMIN_USER).msp,
        },
        stateDir: path.join(stateRoot, 'companies', state),
      });
    },
  );

  it.each(['manufacturer-c', 'no/such.json'])('is asked for by name: not %s', (target) => {
    expect(() => companyConfigOf(target)).toThrow(UsageError);
  });
});
