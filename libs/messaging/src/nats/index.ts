export { connectionOptions, reconnectDelays, type NatsConnectionOptions } from './connection';
export { natsServerOptions } from './server';
export { NatsTransport } from './transport';
