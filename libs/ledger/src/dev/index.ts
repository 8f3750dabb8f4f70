export { DevPeer, type DevPeerOptions } from './dev-peer';
export { writeDevNetwork, type DevNetworkConfig } from './network';
export { DEV_LEDGER_NOTICE } from './notice';
export { openDevLedger, type DevLedgerOptions } from './open';
export { type ChainProblem, type ChainReport } from './verify-chain';
