import { HttpException } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from './problem-codes';

/** One thing that is wrong, and where. */
export interface FieldError {
  /** JSON path of the field, or the row of an import. */
  readonly path: string;
  /** For people; names the rule, never the value. */
  readonly message: string;
  /** Of an import: the row, counted from 1 without the header; 0 is the header. */
  readonly row?: number;
  /** Of an import: the line of the CSV file. */
  readonly line?: number;
  /** Of an import: the field of the row, or `row` for the row itself. */
  readonly field?: string;
}

class FieldErrorSchema implements FieldError {
  @ApiProperty({ description: 'JSON path of the field, or the row of an import', example: 'rows[3].value' })
  path: string;

  @ApiProperty({ example: 'value must be a decimal such as 0.45' })
  message: string;

  @ApiPropertyOptional({
    description: 'Of an import: the row, counted from 1 without the header',
    example: 3,
  })
  row?: number;

  @ApiPropertyOptional({ description: 'Of an import: the line of the CSV file', example: 4 })
  line?: number;

  @ApiPropertyOptional({ description: 'Of an import: the field of the row', example: 'value' })
  field?: string;
}

/** RFC 9457 body of every error. */
export class ProblemDetails {
  @ApiProperty({ example: 'about:blank' })
  type: string;

  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'validation-failed' })
  code: ProblemCode;

  @ApiProperty({ example: 'A field has a value that it may not have' })
  title: string;

  @ApiProperty({ example: 422 })
  status: number;

  @ApiProperty({ description: 'What is wrong, for people', example: '1 field is not acceptable' })
  detail: string;

  @ApiProperty({ description: 'What to do next', example: 'Correct the fields named in errors …' })
  next: string;

  @ApiProperty({ description: 'The path that was called', example: '/readings' })
  instance: string;

  @ApiProperty({ description: 'Finds this request in the log', example: '6f1c0b1e4f1d4a35' })
  requestId: string;

  @ApiPropertyOptional({ type: [FieldErrorSchema] })
  errors?: readonly FieldError[];
}

export interface ProblemOptions {
  /** What is wrong, for people. May name identifiers and fields, never a confidential value. */
  readonly detail?: string;
  /** What to do, where the code's own advice is too general. */
  readonly next?: string;
  readonly errors?: readonly FieldError[];
  readonly cause?: unknown;
}

/** Ends a request with a problem of the closed set. */
export class ProblemException extends HttpException {
  readonly next: string;
  readonly errors: readonly FieldError[] | undefined;

  constructor(
    readonly code: ProblemCode,
    options: ProblemOptions = {},
  ) {
    const kind = PROBLEMS[code];
    super(options.detail ?? kind.title, kind.status, { cause: options.cause });
    this.next = options.next ?? kind.next;
    this.errors = options.errors;
  }
}
