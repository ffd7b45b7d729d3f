import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import type { ScreenedMessage } from './messageHook.ts';

/**
 * The last check of a new or edited message: returns the content that may be stored. Throws `REPEATED_MESSAGE`, `MESSAGE_REFUSED` and
 * `SCREENING_UNAVAILABLE`. It waits only if there are hooks.
 */
export function screenMessage(
  { repeatedMessages, wordFilter, messageHooks }: Services,
  connection: Connection,
  message: Omit<ScreenedMessage, 'user'>,
): string | Promise<string> {
  repeatedMessages.take(connection, message.roomId, message.content);
  const content = wordFilter.filter(message.content);
  return messageHooks.isOff ? content : messageHooks.ask({ ...message, content, user: connection.user });
}

/**
 * The name of the order that the messages of a connection in that room keep: see `runInOrder`. With hooks each room has its own, so that a
 * slow verdict does not delay messages to other rooms.
 */
export function orderIn({ messageHooks }: Services, roomId: string): string | undefined {
  return messageHooks.isOff ? undefined : roomId;
}
