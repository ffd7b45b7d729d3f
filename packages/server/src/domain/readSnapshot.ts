import type { Position, StartEvent } from '@earshot/shared';
import type { StartItem } from '../feed/watcher.ts';
import type { Connection } from './connection.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { type VisibleReader, visibleNewest } from './privacy/visibleHistory.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Returns the current snapshot of the room, like the start of a new watch, and the position of its latest change. For a caller that already
 * watches the room.
 */
export async function readSnapshot(
  services: Services,
  connection: Connection,
  { roomId, history }: { roomId: string; history: number },
): Promise<{ position: Position; event: StartEvent }> {
  await requireRight(services, connection, 'watchRoom', { roomId });
  const privacy = await privacyOf(services, connection);
  const { messages, head } = await services.store.snapshot(roomId, history);
  services.budget.chargeMessages(connection, messages);
  const start = { roomId, history, type: 'snapshot', messages } as const;
  return { position: head, event: await toStartEvent({ services, connection, privacy }, start) };
}

interface Start extends Pick<StartItem, 'type' | 'messages'> {
  roomId: string;
  /** Number of newest messages that were requested. */
  history: number;
}

/** Adds the room and the number of present users to the messages of a start that are visible to the caller. Callers may share the event. */
export async function toStartEvent(
  reader: VisibleReader & { services: Services },
  { roomId, history, type, messages }: Start,
): Promise<StartEvent> {
  const [room, visible] = await Promise.all([
    reader.services.roomStarts.read(roomId),
    visibleNewest(reader, roomId, { messages, history }),
  ]);
  return room.event(type, visible);
}
