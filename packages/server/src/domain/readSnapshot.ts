import type { Position, StartEvent } from '@earshot/shared';
import type { StartItem } from '../feed/watcher.ts';
import type { Connection } from './connection.ts';
import { countPresent, describeRoom } from './publicRoom.ts';
import { requireRoom } from './requireRoom.ts';
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
  const { messages, head } = await services.store.snapshot(roomId, history);
  services.budget.chargeMessages(connection, messages);
  return { position: head, event: await toStartEvent(services, roomId, { type: 'snapshot', messages }) };
}

/** Adds the room and the number of present users to the messages of a start. */
export async function toStartEvent(
  services: Services,
  roomId: string,
  { type, messages }: Pick<StartItem, 'type' | 'messages'>,
): Promise<StartEvent> {
  const [room, userCount] = await Promise.all([requireRoom(services.store, roomId), countPresent(services, roomId)]);
  return { type, room: await describeRoom(services, room, userCount), messages, userCount };
}
