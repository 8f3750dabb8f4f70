import { Column, type ColumnOptions } from 'typeorm';

/**
 * A time in milliseconds since 1970 UTC. PostgreSQL's driver hands 64-bit integers back as text; a time is below
 * 2^53, so it is a number on every database.
 */
export function MillisecondsColumn(
  options: Omit<ColumnOptions, 'type' | 'transformer'> = {},
): PropertyDecorator {
  return Column({
    ...options,
    type: 'bigint',
    transformer: {
      to: (value: unknown) => value,
      from: (value: number | string | null) => (value === null ? null : Number(value)),
    },
  });
}

/** A JSON value, stored as text so that SQLite and PostgreSQL hold the same bytes. */
export function JsonColumn(options: Omit<ColumnOptions, 'type' | 'transformer'> = {}): PropertyDecorator {
  return Column({
    ...options,
    type: 'text',
    transformer: {
      to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
      from: (text: string | null) => (text === null ? null : (JSON.parse(text) as unknown)),
    },
  });
}
