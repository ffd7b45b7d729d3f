import { forEachInBatches } from '../../async/batches.ts';
import type { PresenceChange } from '../presence.ts';
import { memberKey, type PresenceTable, type RoomUser } from './presenceTable.ts';

/** Maximum number of concurrent repairs, so that many do not flood Redis. */
export const repairConcurrency = 500;

interface PendingChange extends RoomUser {
  type: 'joined' | 'left';
}

/**
 * Changes made by repairs that have not been announced. Each is read again before its announcement, because any instance may have reverted
 * it since.
 */
export class PendingAnnouncements {
  readonly #changes = new Map<string, PendingChange>();
  readonly #rooms = new Set<string>();

  add(type: 'joined' | 'left', { roomId, user }: RoomUser): void {
    this.#changes.set(memberKey(roomId, user.userId), { type, roomId, user });
  }

  /** Records that the room's announced count may be wrong. */
  addRoom(roomId: string): void {
    this.#rooms.add(roomId);
  }

  /** Called when the change was announced by other means. */
  delete(key: string): void {
    this.#changes.delete(key);
  }

  /** Announces the changes that still hold. Changes that can't be read stay pending, and the call rejects. */
  async announce(table: PresenceTable, listener: (change: PresenceChange) => void): Promise<void> {
    await forEachInBatches(this.#changes, repairConcurrency, async ([key, change]) => {
      const { isPresent, userCount } = await table.statusOf(change.roomId, change.user.userId);
      if (this.#changes.get(key) !== change) return;
      this.#changes.delete(key);
      if (isPresent === (change.type === 'joined')) listener({ ...change, userCount });
    });
    await forEachInBatches(this.#rooms, repairConcurrency, async (roomId) => {
      const userCount = await table.count(roomId);
      if (this.#rooms.delete(roomId)) listener({ type: 'recounted', roomId, userCount });
    });
  }
}
