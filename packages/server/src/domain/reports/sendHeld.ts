import { EarshotError } from '@earshot/shared';
import type { StoredReport } from '../../store/reports.ts';
import { requireRoom } from '../requireRoom.ts';
import { roomRulesOf } from '../rules/roomRules.ts';
import { ruleAboutAny } from '../rules/ruleAbout.ts';
import type { Services } from '../services.ts';

/**
 * Throws `NOT_ALLOWED`, `ROOM_CLOSED`, `ROOM_NOT_FOUND`, `ROOM_GONE`, `MESSAGE_NOT_FOUND` or `MESSAGE_DELETED` if the message was held, but its author may
 * not write in the room now, or there is nothing left to change. A moderator can't send it for them.
 */
export async function requireSendable(
  services: Pick<Services, 'store' | 'rules'>,
  { roomId, subject, message }: StoredReport,
): Promise<void> {
  const subjects = [{ type: 'user', userId: subject.userId } as const];
  for (const kind of ['ban', 'mute'] as const) {
    const rule = await ruleAboutAny(services, subjects, { kind, roomId });
    if (rule) throw new EarshotError('NOT_ALLOWED', { message: refusal });
  }
  if (roomRulesOf(services.rules, roomId).isClosed) throw new EarshotError('ROOM_CLOSED');
  await requireRoom(services.store, roomId);
  if (!message?.id) return;
  const changed = await services.store.message({ roomId, messageId: message.id });
  if (changed === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (changed.deleted) throw new EarshotError('MESSAGE_DELETED');
}

const refusal = 'The author is muted or banned there. Refuse the message, or lift the sanction first.';

/** What sending a held message needs. */
export type HeldSender = Pick<Services, 'store'> & { hub: Pick<Services['hub'], 'publish'> };

/** Sends a message that was held back, or makes the change of a message. A repeat sends nothing. Does nothing where it is not possible any more. */
export async function sendHeld(services: HeldSender, report: StoredReport): Promise<void> {
  try {
    await send(services, report);
  } catch (error) {
    if (!(error instanceof EarshotError && isGone.has(error.code))) throw error;
  }
}

const isGone: ReadonlySet<string> = new Set(['ROOM_NOT_FOUND', 'ROOM_GONE', 'MESSAGE_NOT_FOUND', 'MESSAGE_DELETED']);

async function send({ store, hub }: HeldSender, { id, roomId, message }: StoredReport) {
  if (message === null) return;
  const { userId, username, content, clientMessageId = `held ${id}` } = message;
  if (message.id === null) {
    const sent = await store.append({ roomId, userId, username, content, clientMessageId });
    if (sent.isNew) void hub.publish(roomId, { type: 'message.created', message: sent.message });
  } else {
    const changed = await store.change({ roomId, messageId: message.id }, { type: 'edit', content });
    if (changed.isChanged) void hub.publish(roomId, { type: 'message.updated', message: changed.message });
  }
}
