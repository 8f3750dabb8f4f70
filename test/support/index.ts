export * from './case';
export * from './test-network';
export * from './wait-for';
export { RestClient, RestError, type RestAnswer } from '../../tools/rest';
