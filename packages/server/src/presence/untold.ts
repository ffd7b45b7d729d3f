import { inBatches } from './batches.ts';
import type { PresenceChange } from './presence.ts';
import { memberOf, type Place, type RedisTable } from './redisTable.ts';

interface Change extends Place {
  type: 'joined' | 'left';
}

/**
 * What repairs have changed and rooms are still to be told. Each is looked at again before it is told, because it may
 * have been undone since, by another instance too.
 */
export class Untold {
  readonly #changes = new Map<string, Change>();
  readonly #rooms = new Set<string>();

  add(type: 'joined' | 'left', { roomId, user }: Place): void {
    this.#changes.set(memberOf(roomId, user.userId), { type, roomId, user });
  }

  /** The room's count may have been told wrongly. */
  addRoom(roomId: string): void {
    this.#rooms.add(roomId);
  }

  /** The room was told by other means. */
  delete(key: string): void {
    this.#changes.delete(key);
  }

  /** Tells what still holds. What can't be looked at stays for the next time, and the call rejects. */
  async tell(table: RedisTable, listener: (change: PresenceChange) => void): Promise<void> {
    await inBatches(this.#changes, async ([key, change]) => {
      const { isPresent, userCount } = await table.look(change.roomId, change.user.userId);
      if (this.#changes.get(key) !== change) return;
      this.#changes.delete(key);
      if (isPresent === (change.type === 'joined')) listener({ ...change, userCount });
    });
    await inBatches(this.#rooms, async (roomId) => {
      const userCount = await table.count(roomId);
      if (this.#rooms.delete(roomId)) listener({ type: 'recounted', roomId, userCount });
    });
  }
}
