import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import { ProblemException, type FieldError } from './problem';

/** Most field errors that one answer lists; an import's rows have their own limit. */
const MAX_ERRORS = 100;

/** Bodies and queries are what their class says and nothing more; what else there is, is refused. */
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => validationProblem(errors.flatMap((error) => flatten(error, ''))),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') refuseUnseen(value, '');
    const transformed: unknown = await super.transform(value, metadata);
    if (metadata.type === 'body') dropUndefined(transformed);
    return transformed;
  }
}

/** Names that class-transformer leaves out in silence, so that no rule about surplus fields would see them. */
const UNSEEN = ['__proto__', 'constructor'];

function refuseUnseen(value: unknown, parent: string): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const path = pathOf(parent, name);
    if (UNSEEN.includes(name)) {
      throw validationProblem([{ path: path.slice(0, 200), message: `property ${name} should not exist` }]);
    }
    refuseUnseen(inner, path);
  }
}

function pathOf(parent: string, name: string): string {
  if (/^[0-9]+$/.test(name)) return `${parent}[${name}]`;
  return parent === '' ? name : `${parent}.${name}`;
}

/** A class declares every optional field, so an instance holds `undefined` where the body had nothing. */
function dropUndefined(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) Reflect.deleteProperty(value, name);
    else dropUndefined(inner);
  }
}

export function validationProblem(errors: readonly FieldError[]): ProblemException {
  const count = errors.length === 1 ? '1 field is' : `${errors.length} fields are`;
  return new ProblemException('validation-failed', {
    detail: `${count} not acceptable`,
    errors: errors.slice(0, MAX_ERRORS),
  });
}

/**
 * For a field of a body that may be left out. Unlike class-validator's IsOptional it does not let null through, which
 * the field's type does not allow either.
 */
export const IsOmittable = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);

/**
 * One entry for each field: `readings[3].value`, not the tree that class-validator builds. Of several broken rules it
 * names the one that stands first above the field, which is its type: the others only follow from it.
 */
function flatten(error: ValidationError, parent: string): FieldError[] {
  const path = pathOf(parent, error.property);
  // Decorators run from the last to the first.
  const own = Object.values(error.constraints ?? {})
    .slice(-1)
    .map((message) => ({ path: path.slice(0, 200), message: message.slice(0, 300) }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, path))];
}
