import { usernameSchema } from '@earshot/shared';
import { InvalidArgumentError } from 'commander';

/** Parses the value of `--as`. */
export function username(text: string): string {
  const parsed = usernameSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`The name ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
}

/** Creates a parser for numbers from `min` to `max`. The text after them names the unit. */
export function numberFrom(min: number, max: number, unit = ''): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}${unit}.`);
  };
}
