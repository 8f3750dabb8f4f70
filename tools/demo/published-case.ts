/**
 * The case of the paper (Nasu, Kodera, Nogami, Sensors 2022, 22, 4909): moisture of the goods at Manufacturer-B, and
 * what Manufacturer-A's own dehumidifier took out of the air in the same months.
 */
export const QUANTITY = 'moisture';
export const UNIT = 'g/cm²';
export const SCALE = 2;
export const PUBLISHED_SERIES: readonly string[] = ['0.45', '0.41', '0.76', '1.32'];

export const SENSOR = 'dehumidifier';
export const SENSOR_UNIT = 'kg/h';
export const SENSOR_SERIES: readonly string[] = ['1.38', '1.39', '1.29', '1.15'];

/** A's alert rule, in g/cm². */
export const LIMIT = '0.10';

/**
 * When the monthly readings were taken: at noon (UTC) of the last day of each month, ending with the last whole month
 * before `now`, because nobody has readings from the future.
 */
export function monthEnds(count: number, now: Date): string[] {
  return Array.from({ length: count }, (_, i) => {
    const monthsAgo = count - 1 - i;
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, 0, 12)).toISOString();
  });
}
