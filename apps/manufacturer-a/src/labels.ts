import { ValidateBy } from 'class-validator';

/** Control characters, and halves of characters that no text can hold. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/** A name or remark for people: 1 to `most` characters, none of them a control character, no space at the ends. */
export function IsLabel(most = 64): PropertyDecorator {
  return ValidateBy({
    name: 'isLabel',
    validator: {
      validate: (value) => typeof value === 'string' && isLabel(value, most),
      defaultMessage: () =>
        `$property must be a text of 1 to ${most} characters without control characters or spaces at its ends`,
    },
  });
}

function isLabel(text: string, most: number): boolean {
  return text.length >= 1 && text.length <= most && !UNFIT.test(text) && text.trim() === text;
}
