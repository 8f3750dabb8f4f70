import { common, msp } from '@hyperledger/fabric-protos';
import { channelInfo } from './channel-config';

interface Maps {
  set(key: string, value: unknown): void;
}
const groups = (group: common.ConfigGroup): Maps => group.getGroupsMap() as Maps;

function organisation(
  mspId: string,
  roots: string[],
  intermediates: string[] = [],
  type = 0,
): common.ConfigGroup {
  const fabric = new msp.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.setRootCertsList(roots.map((pem) => Buffer.from(pem)));
  fabric.setIntermediateCertsList(intermediates.map((pem) => Buffer.from(pem)));
  const config = new msp.MSPConfig();
  config.setType(type);
  config.setConfig(fabric.serializeBinary());
  const value = new common.ConfigValue();
  value.setValue(config.serializeBinary());
  const group = new common.ConfigGroup();
  (group.getValuesMap() as Maps).set('MSP', value);
  return group;
}

function configOf(organisations: Record<string, common.ConfigGroup>): common.Config {
  const application = new common.ConfigGroup();
  for (const [name, group] of Object.entries(organisations)) groups(application).set(name, group);
  const channel = new common.ConfigGroup();
  groups(channel).set('Application', application);
  groups(channel).set('Orderer', new common.ConfigGroup());
  const config = new common.Config();
  config.setChannelGroup(channel);
  return common.Config.deserializeBinary(config.serializeBinary());
}

it('members are the application’s organisations by MSP ID, with all that issues their certificates', () => {
  const config = configOf({
    first: organisation('ManufacturerA', ['root a'], ['intermediate a']),
    second: organisation('ManufacturerB', ['root b', 'next root b']),
    anonymous: organisation('Idemix', ['x'], [], 1),
    empty: new common.ConfigGroup(),
  });
  expect(channelInfo('quality', config)).toEqual({
    name: 'quality',
    members: ['ManufacturerA', 'ManufacturerB'],
    roots: {
      ManufacturerA: ['root a', 'intermediate a'],
      ManufacturerB: ['root b', 'next root b'],
    },
  });
});

it('a configuration without application has no members', () => {
  expect(channelInfo('quality', new common.Config())).toEqual({ name: 'quality', members: [], roots: {} });
});
