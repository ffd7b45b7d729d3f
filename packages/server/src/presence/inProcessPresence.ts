import { EarshotError, type User } from '@earshot/shared';
import type { Presence } from './presence.ts';

interface PresentUser {
  user: User;
  watchIds: Set<string>;
}

/** Presence of a single process. Its state is kept in memory only. */
export function createInProcessPresence(): Presence {
  /** Room id to user id to the present user. Rooms without users are removed. */
  const rooms = new Map<string, Map<string, PresentUser>>();
  let closed = false;

  const countOf = (roomId: string) => rooms.get(roomId)?.size ?? 0;

  function requireOpen() {
    if (closed) throw new EarshotError('BROKER_UNAVAILABLE');
  }

  return {
    kind: 'local',

    async enter({ roomId, watchId, user }, capacity) {
      requireOpen();
      const present = rooms.get(roomId)?.get(user.userId);
      if (present) {
        const { username } = present.user;
        present.user = user;
        present.watchIds.add(watchId);
        const entered = { hasJoined: false, userCount: countOf(roomId) };
        return username === user.username ? entered : { ...entered, formerName: username };
      }
      if (capacity > 0 && countOf(roomId) >= capacity) throw new EarshotError('ROOM_FULL');
      const room = rooms.get(roomId) ?? new Map<string, PresentUser>();
      rooms.set(roomId, room.set(user.userId, { user, watchIds: new Set([watchId]) }));
      return { hasJoined: true, userCount: room.size };
    },

    async leave({ roomId, watchId, user }) {
      requireOpen();
      const room = rooms.get(roomId);
      const present = room?.get(user.userId);
      const hasLeft = present?.watchIds.delete(watchId) === true && present.watchIds.size === 0;
      if (hasLeft) room?.delete(user.userId);
      if (room?.size === 0) rooms.delete(roomId);
      return { hasLeft, userCount: countOf(roomId) };
    },

    async counts(roomIds) {
      requireOpen();
      return roomIds.map(countOf);
    },

    async statusOf(roomId, userId) {
      requireOpen();
      return { isPresent: rooms.get(roomId)?.has(userId) === true, userCount: countOf(roomId) };
    },

    async list(roomId, limit) {
      requireOpen();
      const users: User[] = [];
      for (const { user } of rooms.get(roomId)?.values() ?? []) {
        if (users.length >= limit) break;
        users.push(user);
      }
      return users.sort((a, b) => (a.userId < b.userId ? -1 : 1));
    },

    // No other instance can die, and no call fails halfway: callers receive every change.
    onChanged: () => () => {},

    async close() {
      closed = true;
      rooms.clear();
    },
  };
}
