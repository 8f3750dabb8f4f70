import { IsString, Length, Matches } from 'class-validator';

/** A name for people: a quantity, a sensor, a unit; 1 to `most` characters without control characters. */
export function IsLabel(most = 64): PropertyDecorator {
  const rules = [
    IsString(),
    Length(1, most),
    Matches(/^[^\p{Cc}]+$/u, { message: '$property must not contain control characters' }),
    Matches(/^\S(.*\S)?$/su, { message: '$property must not begin or end with a space' }),
  ];
  return (target, property) => {
    for (const rule of rules) rule(target, property);
  };
}
