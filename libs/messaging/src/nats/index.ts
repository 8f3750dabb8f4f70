export { connectionOptions, reconnectDelays, type NatsConnectionOptions } from './connection';
export { inboxRequestSchema, natsServerOptions } from './server';
export { NatsTransport } from './transport';
