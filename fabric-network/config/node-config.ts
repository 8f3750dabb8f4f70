import * as path from 'node:path';
import { advertisedPeer, builderDir, memberMaterial, ordererMaterial, peerAddress, type Site } from '../site';
import { ORDERER_NODE, peerNode, type Member } from '../topology';

const BCCSP = { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } };
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
/** Proposals whose timestamp is further than this from the peer's clock are refused. */
const TIME_WINDOW = '120s';

/** orderer.yaml. */
export function ordererConfig(site: Site): object {
  const { mspId, ports } = site.topology.orderer;
  const { msp, tls } = ordererMaterial(site);
  const data = site.dataDirOf(ORDERER_NODE);
  const server = {
    Enabled: true,
    Certificate: path.join(tls, 'server.crt'),
    PrivateKey: path.join(tls, 'server.key'),
    RootCAs: [path.join(tls, 'ca.crt')],
  };
  return {
    General: {
      BootstrapMethod: 'none',
      ListenAddress: site.bind,
      ListenPort: ports.listen,
      LocalMSPID: mspId,
      LocalMSPDir: msp,
      TLS: { ...server, ClientAuthRequired: false },
      BCCSP,
      Keepalive: { ServerMinInterval: '60s', ServerInterval: '7200s', ServerTimeout: '20s' },
      MaxRecvMsgSize: MAX_MESSAGE_BYTES,
      MaxSendMsgSize: MAX_MESSAGE_BYTES,
      Cluster: { SendBufferSize: 100 },
      Authentication: { TimeWindow: '15m' },
    },
    FileLedger: { Location: data },
    Consensus: { WALDir: path.join(data, 'wal'), SnapDir: path.join(data, 'snapshots') },
    // Who may create and remove channels shows a certificate of the ordering organisation.
    Admin: {
      ListenAddress: `${site.bind}:${ports.admin}`,
      TLS: { ...server, ClientAuthRequired: true, ClientRootCAs: [path.join(tls, 'ca.crt')] },
    },
    Operations: { ListenAddress: `${site.bind}:${ports.operations}`, TLS: { Enabled: false } },
    ChannelParticipation: { Enabled: true, MaxRequestBodySize: '1 MB' },
    Metrics: { Provider: 'prometheus' },
  };
}

/** core.yaml of a company's peer. */
export function peerConfig(site: Site, member: Member): object {
  const { msp, tls } = memberMaterial(site, member, 'peer');
  const address = peerAddress(site, member);
  const advertised = advertisedPeer(site, member);
  return {
    peer: {
      id: `peer.${member.domain}`,
      networkId: 'tacit',
      address,
      listenAddress: `${site.bind}:${member.ports.peer}`,
      addressAutoDetect: false,
      // Chaincode runs as a service that the peer calls; nothing ever calls the peer here.
      chaincodeListenAddress: '127.0.0.1:0',
      chaincodeAddress: '127.0.0.1:0',
      localMspId: member.mspId,
      mspConfigPath: msp,
      fileSystemPath: site.dataDirOf(peerNode(member)),
      tls: {
        enabled: true,
        clientAuthRequired: false,
        cert: { file: path.join(tls, 'server.crt') },
        key: { file: path.join(tls, 'server.key') },
        rootcert: { file: path.join(tls, 'ca.crt') },
      },
      keepalive: {
        interval: '7200s',
        timeout: '20s',
        minInterval: '60s',
        client: { interval: '60s', timeout: '20s' },
        deliveryClient: { interval: '60s', timeout: '20s' },
      },
      gossip: gossip(address, `${advertised.host}:${advertised.port}`),
      // After an outage of the orderer, ask again within two seconds; the default backs off for an hour.
      deliveryclient: {
        reconnectTotalTimeThreshold: '3600s',
        connTimeout: '3s',
        reConnectBackoffThreshold: '2s',
      },
      BCCSP,
      handlers: {
        authFilters: [{ name: 'DefaultAuth' }, { name: 'ExpirationCheck' }, { name: 'TimeWindowCheck' }],
        decorators: [{ name: 'DefaultDecorator' }],
        endorsers: { escc: { name: 'DefaultEndorsement' } },
        validators: { vscc: { name: 'DefaultValidation' } },
      },
      authentication: { timewindow: TIME_WINDOW },
      discovery: {
        enabled: true,
        authCacheEnabled: true,
        authCacheMaxSize: 1000,
        authCachePurgeRetentionRatio: 0.75,
        orgMembersAllowedAccess: false,
      },
      // Both limits together: an endorsement takes as long as its chaincode may.
      gateway: { enabled: true, endorsementTimeout: '60s', broadcastTimeout: '30s', dialTimeout: '10s' },
      maxRecvMsgSize: MAX_MESSAGE_BYTES,
      maxSendMsgSize: MAX_MESSAGE_BYTES,
    },
    vm: { endpoint: '' },
    chaincode: {
      builder: '',
      pull: false,
      installTimeout: '300s',
      startuptimeout: '30s',
      executetimeout: '60s',
      mode: 'net',
      system: { _lifecycle: 'enable', cscc: 'enable', lscc: 'enable', qscc: 'enable' },
      externalBuilders: [{ name: 'ccaas', path: builderDir(site, member) }],
    },
    ledger: {
      state: { stateDatabase: 'goleveldb', totalQueryLimit: 100000 },
      history: { enableHistoryDatabase: false },
      pvtdataStore: {
        collElgProcMaxDbBatchSize: 5000,
        collElgProcDbBatchesInterval: 1000,
        deprioritizedDataReconcilerInterval: '60m',
        purgeInterval: 100,
      },
    },
    operations: { listenAddress: `${site.bind}:${member.ports.operations}`, tls: { enabled: false } },
    metrics: { provider: 'prometheus' },
  };
}

/** One peer per company: it fetches its blocks from the orderer itself and gossips only to be found by the others. */
function gossip(address: string, advertised: string): object {
  return {
    bootstrap: address,
    endpoint: address,
    externalEndpoint: advertised,
    useLeaderElection: false,
    orgLeader: true,
    // Unset, a peer that was away is looked for every 25 s only, and what it knows is asked every 4 s: until then
    // nobody finds it as an endorser.
    reconnectInterval: '1s',
    aliveTimeInterval: '1s',
    publishStateInfoInterval: '1s',
    requestStateInfoInterval: '1s',
    state: { enabled: false },
    pvtData: {
      implicitCollectionDisseminationPolicy: { requiredPeerCount: 0, maxPeerCount: 1 },
      pullRetryThreshold: '60s',
      // Unset, nobody waits for the acknowledgement of pushed private data and every push fails.
      pushAckTimeout: '3s',
      btlPullMargin: 10,
      transientstoreMaxBlockRetention: 1000,
      reconcileBatchSize: 10,
      reconcileSleepInterval: '10s',
      reconciliationEnabled: true,
    },
  };
}
