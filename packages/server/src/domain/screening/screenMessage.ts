import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import { holdMessage } from './holdMessage.ts';
import type { ScreenedMessage } from './messageHook.ts';

/** Checks again whether the caller may do what was admitted. */
type Recheck = () => Promise<unknown>;

/**
 * The last check of a new or edited message: returns the content that may be stored. Throws `REPEATED_MESSAGE`, `MESSAGE_REFUSED`,
 * `MESSAGE_HELD` and `SCREENING_UNAVAILABLE`. It waits only if there are hooks.
 */
export function screenMessage(
  services: Services,
  connection: Connection,
  { recheck, ...message }: Omit<ScreenedMessage, 'user'> & { recheck: Recheck },
): string | Promise<string> {
  const { repeatedMessages, wordFilter, messageHooks } = services;
  repeatedMessages.take(connection, message.roomId, message.content);
  const content = wordFilter.filter(message.content);
  if (messageHooks.isOff) return content;
  return askHooks(services, connection, { ...message, content, user: connection.user, recheck });
}

async function askHooks(
  services: Services,
  connection: Connection,
  { recheck, ...message }: ScreenedMessage & { recheck: Recheck },
): Promise<string> {
  const { content, isHeld, reason } = await services.messageHooks.ask(message);
  if (!isHeld) return content;
  await recheck();
  return holdMessage(services, connection, { message: { ...message, content }, reason });
}

/**
 * The order that the messages of a connection in that room keep: see `runInOrder`. With hooks each room has its own, so that a slow verdict does
 * not delay messages to other rooms; and as a call may wait long for verdicts, its own and those before it, its right is checked again.
 */
export function orderIn({ messageHooks }: Services, roomId: string, recheck: Recheck) {
  return messageHooks.isOff ? {} : { order: roomId, confirm: recheck };
}
