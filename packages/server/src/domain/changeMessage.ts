import type { Message } from '@earshot/shared';
import type { MessageChange, MessageRef } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { requireAuthor, requireMember, requireWriter } from './permission.ts';
import { checkLength } from './sendMessage.ts';
import type { Services } from './services.ts';

/** Replaces the content of the caller's own message. */
export function editMessage(
  services: Services,
  connection: Connection,
  input: MessageRef & { content: string },
): Promise<Message> {
  const change: MessageChange = { type: 'edit', content: input.content };
  return changeOwn(services, connection, { target: input, change });
}

/** Replaces the caller's own message with a tombstone. */
export function deleteMessage(services: Services, connection: Connection, target: MessageRef): Promise<Message> {
  return changeOwn(services, connection, { target, change: { type: 'delete' } });
}

/** Adds or removes one emoji of the caller. */
export function reactToMessage(
  services: Services,
  connection: Connection,
  input: MessageRef & { emoji: string; on: boolean },
): Promise<Message> {
  services.budget.spend(connection, 'changeMessage');
  const { user } = connection;
  const change: MessageChange = { type: 'react', userId: user.userId, emoji: input.emoji, on: input.on };
  services.sendLimit.take(connection);
  return connection.runInOrder(
    () => requireWriter(services, input.roomId, user),
    () => apply(services, connection, { target: input, change }),
  );
}

interface ChangeRequest {
  target: MessageRef;
  change: MessageChange;
}

function changeOwn(services: Services, connection: Connection, request: ChangeRequest): Promise<Message> {
  services.budget.spend(connection, 'changeMessage');
  const { user } = connection;
  if (request.change.type === 'edit') checkLength(services, request.change.content);
  services.sendLimit.take(connection);
  return connection.runInOrder(
    async () => {
      // Users may delete their messages from anywhere.
      const admit = request.change.type === 'delete' ? requireMember : requireWriter;
      await admit(services, request.target.roomId, user);
      await requireAuthor(services.store, request.target, user);
    },
    () => apply(services, connection, request),
  );
}

async function apply(services: Services, connection: Connection, { target, change }: ChangeRequest): Promise<Message> {
  const { roomId, messageId } = target;
  const { message, isChanged } = await services.store.change({ roomId, messageId }, change);
  const reacted =
    change.type === 'react' ? { reacted: { userId: change.userId, emoji: change.emoji, on: change.on } } : {};
  if (isChanged) void services.hub.publish(roomId, { type: 'message.updated', message, ...reacted }, connection.id);
  return message;
}
