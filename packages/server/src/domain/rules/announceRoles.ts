import type { Rule } from '../../store/rules.ts';
import type { Services } from '../services.ts';

type Parts = Pick<Services, 'rules' | 'openConnections' | 'hub'>;

/**
 * Informs users whose role was granted, was withdrawn or has ended, in the rooms that they watch on this instance, as every instance does. Returns
 * a function that stops it. A role on the server or in an area concerns all of their rooms.
 */
export function announceRoles(services: Parts): () => void {
  return services.rules.onChanged((rules) => {
    const grants = rules.filter(({ kind }) => kind === 'grant');
    if (grants.length > 0) announce(services, grants);
  });
}

function announce({ openConnections, hub }: Parts, grants: readonly Rule[]): void {
  const byUser = Map.groupBy(grants, ({ subject }) => (subject?.type === 'user' ? subject.userId : ''));
  const informed = new Set<string>();
  for (const { userId, watchedRoomIds } of openConnections.all()) {
    const ofUser = userId === null ? undefined : byUser.get(userId);
    if (userId === null || ofUser === undefined) continue;
    for (const roomId of watchedRoomIds) {
      const key = JSON.stringify([roomId, userId]); // a user may have several connections
      const isConcerned = ofUser.some(({ scope }) => scope.type !== 'room' || scope.roomId === roomId);
      if (!isConcerned || informed.has(key)) continue;
      informed.add(key);
      hub.publishHere(roomId, { type: 'user.role', userId });
    }
  }
}
