import { countChars, EarshotError, type Message, type sendInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { requireMember } from './permission.ts';
import type { Services } from './services.ts';

/**
 * Stores a message and tells the room. Acknowledged means durable; that everybody hears of it is the feed's care, so a
 * failing broker does not fail a send. Messages pipelined on one connection keep their order.
 */
export function sendMessage(
  services: Services,
  connection: Connection,
  input: z.output<typeof sendInput>,
): Promise<Message> {
  const { user } = connection;
  checkLength(services, input.content);
  services.sendLimit.take(user.userId);
  return connection.inTurn(
    () => requireMember(services.store, input.roomId, user),
    async () => {
      const { message, repeated } = await services.store.append({ ...input, ...user });
      if (!repeated) void services.hub.publish(message.roomId, { type: 'message.created', message }, connection.id);
      return message;
    },
  );
}

/** Throws `MESSAGE_TOO_LONG`. */
export function checkLength({ settings }: Services, content: string): void {
  const length = countChars(content);
  if (length > settings.messageMaxChars) {
    throw new EarshotError('MESSAGE_TOO_LONG', {
      message: `The message has ${length} characters; at most ${settings.messageMaxChars} are allowed.`,
    });
  }
}
