import { Matches, ValidateBy, type ValidationOptions } from 'class-validator';

const FORM = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z$/;

/**
 * ISO 8601 with seconds and a final Z ↦ milliseconds since 1970 UTC; undefined for another form, a day or an hour
 * that does not exist, or a time before 1970.
 */
export function parseUtcTime(text: unknown): number | undefined {
  if (typeof text !== 'string' || !FORM.test(text)) return undefined;
  const time = Date.parse(text);
  // Date.parse reads 30 February as 2 March; the seconds tell.
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 19));
  return real && time >= 0 ? time : undefined;
}

export function formatUtcTime(time: number): string {
  return new Date(time).toISOString();
}

/** A field that `parseUtcTime` takes. */
export function IsUtcTime(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isUtcTime',
      validator: {
        validate: (value) => parseUtcTime(value) !== undefined,
        defaultMessage: () => '$property must be a UTC time such as 2026-01-31T00:00:00.000Z',
      },
    },
    options,
  );
}

/** 128 bits in base64url. */
export const IsRandomId = (): PropertyDecorator =>
  Matches(/^[A-Za-z0-9_-]{21}[AQgw]$/, { message: '$property must be an identifier of 22 characters' });
