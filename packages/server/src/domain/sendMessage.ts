import { countChars, EarshotError, type Message, type sendInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { ensureMember, type NamedRoom } from './namedRoom.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { visibleMessage } from './privacy/visible.ts';
import { publishFrom } from './publishFrom.ts';
import { recheckRight, requireRight } from './rights/requireRight.ts';
import { isMember } from './rights/roleIn.ts';
import { orderIn, screenMessage } from './screening/screenMessage.ts';
import type { Services } from './services.ts';

/**
 * Stores a message and publishes it to the room. An acknowledged message is durable; the feed ensures its delivery, so a failing broker
 * does not fail a send. Messages pipelined on one connection keep their order.
 */
export function sendMessage(
  services: Services,
  connection: Connection,
  input: z.output<typeof sendInput>,
): Promise<Message> {
  return admitAndStore(services, connection, {
    input,
    admit: () => requireRight(services, connection, 'sendMessage', { roomId: input.roomId }),
  });
}

/** Like `sendMessage`, to a room identified by name: a caller who is not a member becomes one. */
export function sendToNamedRoom(
  services: Services,
  connection: Connection,
  { room, content }: { room: NamedRoom; content: string },
): Promise<Message> {
  const { user } = connection;
  return admitAndStore(services, connection, {
    input: { roomId: room.roomId, content },
    admit: async () => {
      if (!(await isMember(services, room.roomId, user.userId))) await ensureMember(services, connection, room);
      await requireRight(services, connection, 'sendMessage', { roomId: room.roomId, isMember: true });
    },
  });
}

interface SendRequest {
  input: z.output<typeof sendInput>;
  admit: () => Promise<unknown>;
}

function admitAndStore(services: Services, connection: Connection, { input, admit }: SendRequest): Promise<Message> {
  services.budget.spend(connection, 'sendMessage');
  const { user } = connection;
  checkLength(services, input.content);
  services.sendLimit.take(connection);
  const { roomId, clientMessageId = null } = input;
  const recheck = () => recheckRight(services, connection, 'sendMessage', { roomId });
  const screen = async () => {
    await admit();
    return screenMessage(services, connection, { ...input, kind: 'send', messageId: null, clientMessageId, recheck });
  };
  const store = async (content: string) => {
    const { message, isNew } = await services.store.append({ ...input, content, ...user });
    if (isNew) publishFrom(services, connection, { roomId, event: { type: 'message.created', message } });
    if (isNew) return message;
    // A job deletes expired messages later, but nobody reads them in between.
    if (services.retention.isExpired(message)) return { ...message, content: '', reactions: [], deleted: true };
    return visibleMessage(await privacyOf(services, connection), message) ?? message;
  };
  return connection.runInOrder(screen, store, orderIn(services, roomId, recheck));
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
