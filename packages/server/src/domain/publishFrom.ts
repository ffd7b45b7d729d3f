import type { BrokerEvent } from '../feed/envelope.ts';
import type { Hub } from '../feed/hub.ts';
import type { Connection } from './connection.ts';

/** Publishes an event that the caller caused. If the caller watches the room, the answer waits for the event, so that both take one write. */
export function publishFrom(
  { hub }: { hub: Pick<Hub, 'publish'> },
  connection: Connection,
  { roomId, event }: { roomId: string; event: BrokerEvent },
): void {
  if (connection.watchedRoomIds.includes(roomId)) connection.transport.expectEvents?.();
  void hub.publish(roomId, event, connection.id);
}
