import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { fromBase64url, TacitError, toBase64url, utf8 } from '@tacit/core';
import { Type as Transform } from 'class-transformer';
import { IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { ProblemException } from './problem';
import { IsOmittable } from './validation';

/** Query parameters of every list; extend it for filters. */
export class PageQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: 200, default: 50 })
  @IsOmittable()
  @Transform(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 50;

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOmittable()
  @IsString()
  @MaxLength(500)
  @Matches(/^[A-Za-z0-9_-]+$/, { message: 'cursor must be the next of an earlier page' })
  cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it as `cursor` for what follows; null on the last page. */
  readonly next: string | null;
}

export type CursorPart = string | number;

/**
 * A page of rows. Read `query.limit + 1` rows after the cursor; the surplus row only shows that there is more.
 * @param position what the order of the rows is by, ending in something unique
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  query: PageQuery,
  position: (row: Row) => readonly CursorPart[],
  show: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : toBase64url(utf8(JSON.stringify(position(last))));
  return { items: shown.map(show), next };
}

/**
 * The position that a cursor stands for, or undefined at the first page.
 * @param kinds of the parts that `position` gave to `toPage`
 * @throws ProblemException `validation-failed` for a cursor that this list did not issue
 */
export function readCursor<const Kinds extends readonly ('string' | 'number')[]>(
  query: PageQuery,
  ...kinds: Kinds
): { [I in keyof Kinds]: Kinds[I] extends 'number' ? number : string } | undefined {
  if (query.cursor === undefined) return undefined;
  const parts = parse(query.cursor);
  const fits =
    Array.isArray(parts) &&
    parts.length === kinds.length &&
    parts.every(
      (part, i) => typeof part === kinds[i] && (typeof part !== 'number' || Number.isSafeInteger(part)),
    );
  if (!fits) {
    throw new ProblemException('validation-failed', {
      errors: [{ path: 'cursor', message: 'cursor must be the next of an earlier page of this list' }],
    });
  }
  return parts as never;
}

/** Documents a route that answers with a page of `item`. */
export function ApiPage(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['items', 'next'],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(item) } },
          next: { type: 'string', nullable: true, description: 'cursor of the next page' },
        },
      },
    }),
  );
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(cursor)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof TacitError)
      return undefined;
    throw error;
  }
}
