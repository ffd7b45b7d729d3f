import type { StoredReport } from '../../store/reports.ts';
import type { Services } from '../services.ts';

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
