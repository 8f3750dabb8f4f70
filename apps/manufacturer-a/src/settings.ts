import { z } from 'zod';

const HOUR = 3_600_000;

/** `settings` of this application's configuration. */
export const settingsSchema = z.strictObject({
  orderLifetime: z
    .int()
    .min(1_000)
    .max(30 * 24 * HOUR)
    .default(7 * 24 * HOUR)
    .describe('milliseconds that a servicer has to deliver, at most thirty days, as in 604800000'),
  requestLifetime: z
    .int()
    .min(1_000)
    .max(24 * HOUR)
    .default(24 * HOUR)
    .describe('milliseconds that a key holder has to answer, at most a day, as in 86400000'),
});

export type Settings = z.infer<typeof settingsSchema>;
