import { availableParallelism } from 'node:os';
import type { NonceMethod } from '@tacit/paillier';
import { z } from 'zod';

/** `settings` of this application's configuration. */
export const settingsSchema = z.strictObject({
  stockedKeys: z
    .int()
    .min(0)
    .max(10_000)
    .default(2)
    .describe('how many unused keys to hold ready for every profile and bit length in force, as in 2'),
  keyThreads: z
    .int()
    .min(1)
    .max(256)
    .default(availableParallelism())
    .describe('how many threads make keys, as in 2'),
  shortExponents: z
    .boolean()
    .default(false)
    .describe('true for nonce factors with short exponents: faster, under one more assumption (SECURITY.md)'),
  answering: z
    .boolean()
    .default(true)
    .describe('false to receive requests without answering any, until it is true again'),
});

export type Settings = z.infer<typeof settingsSchema>;

/** How this company draws nonce factors. */
export function nonceMethod({ shortExponents }: Settings): NonceMethod {
  return shortExponents ? 'short-exponent' : 'uniform';
}
