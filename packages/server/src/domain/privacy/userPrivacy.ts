import type { Visibility } from '@earshot/shared';
import type { PrivacySettings } from '../../store/privacy.ts';

/** A watch whose content depends on its user's settings. */
export interface PrivacyWatcher {
  /** Called when the blocked users have changed. */
  onBlocksChanged(): void;
}

const noUsers: ReadonlySet<string> = new Set();
const noWatchers: readonly PrivacyWatcher[] = [];

/** The privacy settings of one user in memory. They change while they are in use: ask again for each event. */
export class UserPrivacy {
  readonly userId: string;
  #version = '';
  #blocked = noUsers;
  #changedAt = 0;
  #visibility: Visibility = { isVisible: true, exceptRooms: [] };
  #watchers = noWatchers;

  constructor(userId: string) {
    this.userId = userId;
  }

  /** The version of the settings in the store. */
  get version(): string {
    return this.#version;
  }

  /** The ids of the blocked users. A change replaces the set. */
  get blocked(): ReadonlySet<string> {
    return this.#blocked;
  }

  /** Number of blocked users. */
  get blockCount(): number {
    return this.#blocked.size;
  }

  /** The time of the last change, in milliseconds since 1970; 0: nothing was changed. */
  get changedAt(): number {
    return this.#changedAt;
  }

  get visibility(): Visibility {
    return this.#visibility;
  }

  /** Whether watches depend on these settings. */
  get isWatched(): boolean {
    return this.#watchers.length > 0;
  }

  /** Whether the user blocked that user. */
  blocks(userId: string): boolean {
    return this.#blocked.has(userId);
  }

  /** Whether the user is listed by name in that room. */
  isVisibleIn(roomId: string): boolean {
    return isVisibleIn(this.#visibility, roomId);
  }

  /** Takes settings read from the store, and reports changed blocks to the watches. */
  update({ version, changedAt, blocked, visibility }: PrivacySettings): void {
    if (version === this.#version) return;
    const before = this.#blocked;
    this.#version = version;
    this.#changedAt = changedAt;
    this.#visibility = visibility;
    this.#blocked = blocked.length === 0 ? noUsers : new Set(blocked.map(({ userId }) => userId));
    if (before.size === this.#blocked.size && [...before].every((userId) => this.#blocked.has(userId))) return;
    for (const watcher of this.#watchers) watcher.onBlocksChanged();
  }

  addWatcher(watcher: PrivacyWatcher): void {
    this.#watchers = this.#watchers.concat(watcher); // most users have one: a set would take more memory
  }

  removeWatcher(watcher: PrivacyWatcher): void {
    const at = this.#watchers.indexOf(watcher);
    if (at >= 0) this.#watchers = this.#watchers.length === 1 ? noWatchers : this.#watchers.toSpliced(at, 1);
  }
}

/** Whether a user with that visibility is listed by name in the room. */
export function isVisibleIn({ isVisible, exceptRooms }: Visibility, roomId: string): boolean {
  return exceptRooms.includes(roomId) ? !isVisible : isVisible;
}

/** The settings of a caller without an identity. */
export const noPrivacy = new UserPrivacy('');

/** Calls `listener` when the user's blocks have changed, until it is disposed of. */
export function watchBlocks(privacy: UserPrivacy, onBlocksChanged: () => void): Disposable {
  if (privacy === noPrivacy) return { [Symbol.dispose]: () => {} };
  const watcher = { onBlocksChanged };
  privacy.addWatcher(watcher);
  return { [Symbol.dispose]: () => privacy.removeWatcher(watcher) };
}
