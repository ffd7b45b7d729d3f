import type { BlockedUser, Visibility } from '@earshot/shared';

/** The privacy settings of users: whom they block, and where they are listed by name. */
export interface PrivacyStore {
  /** Returns a user's settings, all of one instant. */
  read(userId: string): Promise<PrivacySettings>;

  /** Blocks a user. Returns false if that user is blocked already. Throws `TOO_MANY_BLOCKS` beyond `privacyLimits.blocks`. */
  block(userId: string, blocked: { userId: string; username: string | null }): Promise<boolean>;
  /** Returns whether the user was blocked. */
  unblock(userId: string, blockedId: string): Promise<boolean>;

  /** Changes where the user is listed by name, and returns the result. Concurrent changes all count. Throws `INVALID_INPUT`: see `nextVisibility`. */
  changeVisibility(userId: string, change: VisibilityChange): Promise<Visibility>;
  /** Returns the visibility of those of the users who changed it. One query for all of them. */
  visibilityOf(userIds: readonly string[]): Promise<Map<string, Visibility>>;

  /**
   * Returns the users whose settings changed at that time or later, by ascending time of their last change, at most `limit`. With `latestMs`, also those
   * that changed in the latest milliseconds by the store's clock, which may have gone back to before that time.
   */
  changedSince(time: Date, limit: number, latestMs?: number): Promise<PrivacyChange[]>;

  /**
   * Deletes everything about a user: their settings, and the blocks of them in the settings of others, some hundred at a time. Returns whether
   * there may be more.
   */
  erase(userId: string): Promise<boolean>;
}

/** Whether a user is listed by name: in all rooms, or in some. */
export interface VisibilityChange {
  rooms: 'all' | readonly string[];
  visible: boolean;
}

export interface PrivacySettings {
  /** Differs after each change; empty if there are no settings. */
  version: string;
  /** The time of the last change, in milliseconds since 1970; 0: there are no settings. */
  changedAt: number;
  /** The last one first. */
  blocked: BlockedUser[];
  visibility: Visibility;
}

export interface PrivacyChange {
  userId: string;
  version: string;
  changedAt: Date;
}

export const defaultVisibility: Visibility = { isVisible: true, exceptRooms: [] };

/** The settings of a user who changed nothing. */
export const noSettings: PrivacySettings = { version: '', changedAt: 0, blocked: [], visibility: defaultVisibility };

/** Number of blocks by others that one call of `erase` deletes. */
export const erasedPerStep = 200;
