import type { AppName } from './company-process';

/** A company of a network: which application it runs and under which name. */
export interface CompanyDefinition {
  readonly app: AppName;
  /** MSP ID. */
  readonly company: string;
  readonly displayName: string;
  /** Where its API and its inbox listen unless other ports are asked for; undefined: always free ones. */
  readonly ports?: Ports;
}

export interface Ports {
  readonly http: number;
  readonly inbox: number;
}

export interface ChannelDefinition {
  readonly name: string;
  /** Which contract runs on it. */
  readonly purpose: 'quality' | 'xor' | 'sales';
  readonly members: readonly [string, string];
}

export const MANUFACTURER_A: CompanyDefinition = {
  app: 'manufacturer-a',
  company: 'ManufacturerA',
  displayName: 'Manufacturer-A',
  ports: { http: 3001, inbox: 4001 },
};
export const MANUFACTURER_B: CompanyDefinition = {
  app: 'manufacturer-b',
  company: 'ManufacturerB',
  displayName: 'Manufacturer-B',
  ports: { http: 3002, inbox: 4002 },
};
export const SERVICER_S: CompanyDefinition = {
  app: 'servicer-s',
  company: 'ServicerS',
  displayName: 'Servicer-S',
  ports: { http: 3003, inbox: 4003 },
};

export const COMPANIES: readonly CompanyDefinition[] = [MANUFACTURER_A, MANUFACTURER_B, SERVICER_S];
export const CHANNELS: readonly ChannelDefinition[] = [
  { name: 'quality', purpose: 'quality', members: ['ManufacturerA', 'ManufacturerB'] },
  { name: 'xor', purpose: 'xor', members: ['ManufacturerB', 'ServicerS'] },
  { name: 'sales', purpose: 'sales', members: ['ServicerS', 'ManufacturerA'] },
];

/** A second evaluator, with channels of its own: the company that `fabric:add-company` adds. */
export const MANUFACTURER_A2: CompanyDefinition = {
  app: 'manufacturer-a',
  company: 'ManufacturerA2',
  displayName: 'Manufacturer-A2',
};
export const A2_CHANNELS: readonly ChannelDefinition[] = [
  { name: 'quality-a2', purpose: 'quality', members: ['ManufacturerA2', 'ManufacturerB'] },
  { name: 'sales-a2', purpose: 'sales', members: ['ServicerS', 'ManufacturerA2'] },
];
