export { Broker, type BrokerOptions } from './broker';
export { BrokerError, type BrokerErrorCode } from './error';
export { writeBrokerFiles, type BrokerFilesOptions } from './files';
export { findNatsServer } from './program';
export { provisionStreams } from './streams';
