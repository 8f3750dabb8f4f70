import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { EnvironmentError, serverOptions } from './server-options';

const required = { CHAINCODE_ID: 'tacit_1:ab', CHAINCODE_SERVER_ADDRESS: '127.0.0.1:7081' };

describe('the server’s environment', () => {
  let file: string;
  beforeAll(() => {
    file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-chaincode-')), 'pem');
    fs.writeFileSync(file, 'PEM');
  });
  afterAll(() => {
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  it('says who it is and where it listens; without TLS unless told', () => {
    const options = serverOptions(required);
    expect(options).toMatchObject({ ccid: 'tacit_1:ab', address: '127.0.0.1:7081' });
    expect(options).not.toHaveProperty('tlsProps');
  });

  it('turns TLS on, for one client only if told', () => {
    const tls = { ...required, CHAINCODE_TLS_KEY_FILE: file, CHAINCODE_TLS_CERT_FILE: file };
    const pem = Buffer.from('PEM');
    expect(serverOptions(tls).tlsProps).toEqual({ key: pem, cert: pem });
    expect(serverOptions({ ...tls, CHAINCODE_TLS_CLIENT_CACERT_FILE: file }).tlsProps).toEqual({
      key: pem,
      cert: pem,
      clientCACerts: pem,
    });
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['CHAINCODE_ID', { ...required, CHAINCODE_ID: '' }],
    ['CHAINCODE_SERVER_ADDRESS', { CHAINCODE_ID: 'x' }],
    ['CHAINCODE_TLS_CERT_FILE', { ...required, CHAINCODE_TLS_KEY_FILE: __filename }],
    ['CHAINCODE_TLS_KEY_FILE', { ...required, CHAINCODE_TLS_CERT_FILE: __filename }],
    ['CHAINCODE_TLS_KEY_FILE', { ...required, CHAINCODE_TLS_KEY_FILE: '/nowhere' }],
  ])('that lacks %s is refused by that name', (name, env) => {
    expect(() => serverOptions(env)).toThrow(EnvironmentError);
    expect(() => serverOptions(env)).toThrow(name);
  });
});
