import { EarshotError, type Message } from '@earshot/shared';
import type { MessageChange, MessageRef } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { visibleMessage } from './privacy/visible.ts';
import { publishFrom } from './publishFrom.ts';
import type { Action } from './rights/actions.ts';
import { recheckRight, requireRight } from './rights/requireRight.ts';
import { orderIn, screenMessage } from './screening/screenMessage.ts';
import { checkLength } from './sendMessage.ts';
import type { Services } from './services.ts';

/** Replaces the content of the caller's own message. */
export function editMessage(
  services: Services,
  connection: Connection,
  input: MessageRef & { content: string },
): Promise<Message> {
  const change: MessageChange = { type: 'edit', content: input.content };
  return changeOwn(services, connection, { action: 'editMessage', target: input, change });
}

/** Replaces the caller's own message with a tombstone. */
export function deleteMessage(services: Services, connection: Connection, target: MessageRef): Promise<Message> {
  return changeOwn(services, connection, { action: 'deleteMessage', target, change: { type: 'delete' } });
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
  const { roomId } = input;
  return connection.runInOrder(
    async () => {
      await requireRight(services, connection, 'reactToMessage', { roomId });
      await requireVisible(services, connection, input);
    },
    () => apply(services, connection, { target: input, change }),
    orderIn(services, roomId, () => recheckRight(services, connection, 'reactToMessage', { roomId })),
  );
}

interface ChangeRequest {
  target: MessageRef;
  change: MessageChange;
}

interface OwnChange extends ChangeRequest {
  action: Action;
}

function changeOwn(services: Services, connection: Connection, request: OwnChange): Promise<Message> {
  services.budget.spend(connection, 'changeMessage');
  void connection.user; // throws without an identity
  if (request.change.type === 'edit') checkLength(services, request.change.content);
  services.sendLimit.take(connection);
  const { action, target } = request;
  return connection.runInOrder(
    async () => {
      await requireRight(services, connection, action, target);
      return screened(services, connection, request);
    },
    (change) => apply(services, connection, { target, change }),
    orderIn(services, target.roomId, () => recheckRight(services, connection, action, target)),
  );
}

/** The change with the text that may be stored. */
async function screened(
  services: Services,
  connection: Connection,
  { action, change, target }: OwnChange,
): Promise<MessageChange> {
  if (change.type !== 'edit') return change;
  const { roomId, messageId } = target;
  const edit = { kind: 'edit', roomId, messageId, content: change.content, clientMessageId: null } as const;
  const recheck = () => recheckRight(services, connection, action, target);
  return { ...change, content: await screenMessage(services, connection, { ...edit, recheck }) };
}

/** A message of a blocked user does not exist for the caller. Throws `MESSAGE_NOT_FOUND`. */
async function requireVisible(services: Services, connection: Connection, { roomId, messageId }: MessageRef) {
  const privacy = await privacyOf(services, connection);
  if (privacy.blockCount === 0) return;
  const message = await services.store.message({ roomId, messageId });
  if (message && visibleMessage(privacy, message) === null) throw new EarshotError('MESSAGE_NOT_FOUND');
}

async function apply(services: Services, connection: Connection, { target, change }: ChangeRequest): Promise<Message> {
  const { roomId, messageId } = target;
  const { message, isChanged } = await services.store.change({ roomId, messageId }, change);
  const reacted =
    change.type === 'react' ? { reacted: { userId: change.userId, emoji: change.emoji, on: change.on } } : {};
  if (isChanged) {
    publishFrom(services, connection, { roomId, event: { type: 'message.updated', message, ...reacted } });
  }
  return visibleMessage(await privacyOf(services, connection), message) ?? message;
}
