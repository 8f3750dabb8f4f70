import { chaincodePackage } from './chaincode-package';

const connection = {
  address: 'localhost:7081',
  rootCert: 'root',
  clientCert: 'certificate',
  clientKey: 'key',
};

it('has the same ID on every machine and at every time', () => {
  expect(chaincodePackage('tacit', connection).id).toBe(
    'tacit:42b6c6d7babc0bdd6c1af8d60a92f536ae1845a740e03668643f1b4bfafed479',
  );
});

it.each(['address', 'rootCert', 'clientCert', 'clientKey'] as const)(
  'has another ID for another %s',
  (key) => {
    const other = chaincodePackage('tacit', { ...connection, [key]: 'another' });
    expect(other.id).not.toBe(chaincodePackage('tacit', connection).id);
  },
);
