export { ConfigError, readConfig } from './read';
export type { CompanyConfig, NatsConfig } from './schema';
