import type { Connection } from '../connection.ts';
import { refuseSanctioned } from '../rules/gateChecks.ts';
import type { Services } from '../services.ts';
import { holdMessage } from './holdMessage.ts';
import type { ScreenedMessage } from './messageHook.ts';

/**
 * The last check of a new or edited message: returns the content that may be stored. Throws `REPEATED_MESSAGE`, `MESSAGE_REFUSED`,
 * `MESSAGE_HELD` and `SCREENING_UNAVAILABLE`. It waits only if there are hooks.
 */
export function screenMessage(
  services: Services,
  connection: Connection,
  message: Omit<ScreenedMessage, 'user'>,
): string | Promise<string> {
  const { repeatedMessages, wordFilter, messageHooks } = services;
  repeatedMessages.take(connection, message.roomId, message.content);
  const content = wordFilter.filter(message.content);
  return messageHooks.isOff ? content : askHooks(services, connection, { ...message, content, user: connection.user });
}

async function askHooks(services: Services, connection: Connection, message: ScreenedMessage): Promise<string> {
  const { content, isHeld, reason } = await services.messageHooks.ask(message);
  await refuseSanctioned(services, connection, message.roomId);
  return isHeld ? holdMessage(services, connection, { message: { ...message, content }, reason }) : content;
}

/**
 * The name of the order that the messages of a connection in that room keep: see `runInOrder`. With hooks each room has its own, so that a
 * slow verdict does not delay messages to other rooms.
 */
export function orderIn({ messageHooks }: Services, roomId: string): string | undefined {
  return messageHooks.isOff ? undefined : roomId;
}
