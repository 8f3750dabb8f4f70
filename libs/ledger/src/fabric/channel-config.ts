import { msp, type common } from '@hyperledger/fabric-protos';
import type { ChannelInfo } from '../ledger';

/** MSPConfig.type of an MSP of X.509 certificates; the other one issues anonymous credentials. */
const FABRIC_MSP = 0;

/** google-protobuf's map, which comes without types. */
type ProtoMap<V> = Pick<Map<string, V>, 'get' | 'values'>;

/** The members that a channel's configuration names, with the certificates that issue their own. */
export function channelInfo(name: string, config: common.Config): ChannelInfo {
  const application = groupsOf(config.getChannelGroup())?.get('Application');
  const organisations = [...(groupsOf(application)?.values() ?? [])].flatMap((group) => {
    const found = mspOf(group);
    return found ? [found] : [];
  });
  const decode = (pem: Uint8Array): string => new TextDecoder().decode(pem);
  return {
    name,
    members: organisations.map((organisation) => organisation.getName()),
    roots: Object.fromEntries(
      organisations.map((organisation) => [
        organisation.getName(),
        [...organisation.getRootCertsList_asU8(), ...organisation.getIntermediateCertsList_asU8()].map(
          decode,
        ),
      ]),
    ),
  };
}

function mspOf(group: common.ConfigGroup): msp.FabricMSPConfig | undefined {
  const values = group.getValuesMap() as ProtoMap<common.ConfigValue>;
  const value = values.get('MSP');
  if (!value) return undefined;
  const config = msp.MSPConfig.deserializeBinary(value.getValue_asU8());
  if (config.getType() !== FABRIC_MSP) return undefined;
  return msp.FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
}

function groupsOf(group: common.ConfigGroup | undefined): ProtoMap<common.ConfigGroup> | undefined {
  return group?.getGroupsMap() as ProtoMap<common.ConfigGroup> | undefined;
}
