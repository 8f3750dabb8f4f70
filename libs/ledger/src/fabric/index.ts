export type { FabricLedgerOptions } from './connection';
export { openFabricLedger } from './open';
