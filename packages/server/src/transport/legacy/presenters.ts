import { dateToExtendedJson, idToExtendedJson, isGuestId, isId, type Message, type Room } from '@earshot/shared';
import type { LegacyConfig } from '../../config/config.ts';

/** Presents messages, rooms and times to legacy clients, in frames and in HTTP answers. */
export interface Presenters {
  time(date: Date): unknown;
  /** A field that marks a guest; none for users with an account. */
  guestMark(userId: string): { is_guest?: true };
  message(message: Message): Record<string, unknown>;
  room(room: Room, settings: RoomSettings): Record<string, unknown>;
}

interface RoomSettings {
  /** Maximum number of users in the room; 0: unbounded. */
  maxUsers: number;
}

/** The rate limit that the original service advertised. It is not enforced. */
const advertisedRateLimit = 10;

export interface PresenterOptions {
  dates: LegacyConfig['dates'];
  /** Whether guests are marked: not in open mode, where anybody may have any id. */
  marksGuests: boolean;
}

export function createPresenters({ dates, marksGuests }: PresenterOptions): Presenters {
  const time = dates === 'extended' ? dateToExtendedJson : (date: Date) => date.toISOString();
  const guestMark = (userId: string) => (marksGuests && isGuestId(userId) ? { is_guest: true as const } : {});
  return {
    time,
    guestMark,
    message: ({ id, roomId, userId, username, content, timestamp, editedAt, deleted, reactions }) => ({
      _id: idToExtendedJson(id),
      id,
      room_id: roomId,
      user_id: userId,
      username,
      ...guestMark(userId),
      content,
      timestamp: time(timestamp),
      ...(editedAt && { edited_at: time(editedAt) }),
      deleted,
      // One entry for each user; only the first users of each emoji are listed.
      reactions: reactions.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji }))),
    }),
    room: ({ id, userCount, createdAt, lastMessageAt }, { maxUsers }) => ({
      _id: isId(id) ? idToExtendedJson(id) : id,
      location_id: id,
      active_users: userCount,
      // The original used the same fallback: old pages pass the value to `new Date()`, and null would show as 1970.
      last_message_at: time(lastMessageAt ?? createdAt),
      created_at: time(createdAt),
      settings: { max_users: maxUsers, rate_limit: advertisedRateLimit },
    }),
  };
}
