import { usernameSchema } from '@earshot/shared';
import { InvalidArgumentError } from 'commander';

/** Parses the value of `--as`. */
export function username(text: string): string {
  const parsed = usernameSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(`The name ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
}

interface NumberTexts {
  /** The unit after the bounds, with a space before it: “ metres”. */
  unit?: string;
  /** The subject of the error message. The default suits options, which commander names before the message. */
  subject?: string;
}

/** Creates a parser for numbers from `min` to `max`. */
export function numberFrom(min: number, max: number, { unit = '', subject = 'It' }: NumberTexts = {}) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${subject} must be a number from ${min} to ${max}${unit}.`);
  };
}
