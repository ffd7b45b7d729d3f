import { ReplyError } from 'ioredis';

/**
 * Returns the code of an error that Redis replied, such as MOVED or NOAUTH, or ERR for an error without a code of its own; null for any
 * other error. In the protocol the code is the first word of the error; ioredis has no field for it.
 */
export function replyCode(error: unknown): string | null {
  if (!(error instanceof Error && error instanceof ReplyError)) return null;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? null;
}

/** The name of the command that Redis rejected with the error, in lower case; null for any other error. */
export function rejectedCommand(error: unknown): string | null {
  if (replyCode(error) === null || !(error instanceof Error && 'command' in error)) return null;
  const { command } = error;
  if (typeof command !== 'object' || command === null || !('name' in command)) return null;
  return String(command.name).toLowerCase();
}
