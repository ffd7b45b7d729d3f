import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/** Publishes to the room that the caller started or stopped typing, if the caller is named there. Stores nothing. */
export async function setTyping(
  services: Services,
  connection: Connection,
  { roomId, isTyping }: { roomId: string; isTyping: boolean },
): Promise<void> {
  services.budget.spend(connection, 'setTyping');
  const { user } = connection;
  services.signalLimit.take(connection);
  await requireRight(services, connection, 'sendTyping', { roomId });
  if (!(await services.privacy.of(user.userId)).isVisibleIn(roomId)) return;
  void services.hub.publish(roomId, { type: 'typing', user, isTyping }, connection.id);
}
