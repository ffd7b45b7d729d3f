import { EarshotError } from '@earshot/shared';
import type { StoredReport } from '../../store/reports.ts';
import { roomRulesOf } from '../rules/roomRules.ts';
import { ruleAboutAny } from '../rules/ruleAbout.ts';
import type { Services } from '../services.ts';

/** Throws if the message was held, but its author may not write in the room now. A moderator can't send it for them. */
export async function requireSendable(services: Services, { roomId, subject }: StoredReport): Promise<void> {
  const subjects = [{ type: 'user', userId: subject.userId } as const];
  for (const kind of ['ban', 'mute'] as const) {
    const rule = await ruleAboutAny(services, subjects, { kind, roomId });
    if (rule) throw new EarshotError('NOT_ALLOWED', { message: refusal });
  }
  if (roomRulesOf(services.rules, roomId).isClosed) throw new EarshotError('ROOM_CLOSED');
}

const refusal = 'The author is muted or banned there. Refuse the message, or lift the sanction first.';

/** Sends a message that was held back, or makes the change of a message. A repeat sends nothing. */
export async function sendHeld({ store, hub }: Services, { id, roomId, message }: StoredReport): Promise<void> {
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
