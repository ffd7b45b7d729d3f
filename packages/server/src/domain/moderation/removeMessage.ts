import { EarshotError, type Message, type removeInput } from '@earshot/shared';
import type { z } from 'zod';
import { recordAudit } from '../audit.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import { requireWeaker } from '../rights/requireWeaker.ts';
import type { Services } from '../services.ts';

/**
 * Replaces the message of another user with a tombstone that says that a moderator removed it. Recorded in the audit log. A message that is
 * deleted already stays as it is. Throws `MESSAGE_NOT_FOUND`, and `NOT_ALLOWED` if the author's role is not weaker than the caller's.
 */
export async function removeMessage(
  services: Services,
  connection: Connection,
  { roomId, messageId, reason }: z.output<typeof removeInput>,
): Promise<Message> {
  services.budget.spend(connection, 'removeMessage');
  const { user: actor } = connection;
  services.sendLimit.take(connection);
  const role = await requireRight(services, connection, 'removeMessage', { roomId });
  const before = await services.store.message({ roomId, messageId });
  if (before === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  const { userId: subjectId } = before;
  const scope = { type: 'room', roomId } as const;
  if (role !== null) await requireWeaker(services, connection, { role, subjectId, scope, action: 'removeMessage' });
  if (before.deleted) return before;
  const entry = { action: 'removeMessage' as const, actor, subjectUserId: subjectId, scope };
  const detail = { type: 'message', messageId } as const;
  await recordAudit(services, { ...entry, reason: reason ?? null, detail });
  const { message, isChanged } = await services.store.change({ roomId, messageId }, { type: 'remove' });
  if (isChanged) void services.hub.publish(roomId, { type: 'message.updated', message }, connection.id);
  return message;
}
