import * as path from 'node:path';
import { readConfig } from '@tacit/company';
import { authorityFile, passwordFile } from '../fabric-network/broker/files';
import { nativeSite, newState } from '../fabric-network/native/native-site';
import { ADMIN_USER, CLIENT_USER, memberMaterial, peerAddress, userMaterial } from '../fabric-network/site';
import { memberOfMsp } from '../fabric-network/topology';
import { COMPANIES } from './companies';
import { companyConfigOf } from './company-config';
import { brokerDir, fabricDir, stateRoot } from './paths';
import { UsageError } from './tool';

describe('a company’s own configuration file', () => {
  it.each(COMPANIES)('of $displayName fits the network of this project', async (definition) => {
    const { app, company, displayName, ports } = definition;
    const site = nativeSite(fabricDir, await newState('usual'));
    const member = memberOfMsp(site.topology, company);
    expect(readConfig({ TACIT_CONFIG: companyConfigOf(app) })).toMatchObject({
      company,
      displayName,
      httpPort: ports?.http,
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
      stateDir: path.join(stateRoot, 'companies', app),
    });
  });

  it.each(['manufacturer-c', 'no/such.json'])('is asked for by name: not %s', (target) => {
    expect(() => companyConfigOf(target)).toThrow(UsageError);
  });
});
