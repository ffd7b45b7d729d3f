import { dateToExtendedJson, idToExtendedJson, isId, type Message, type Room } from '@earshot/shared';
import type { LegacyConfig } from '../../config.ts';

/** How messages, rooms and times look to older clients, in frames and in answers. */
export interface Presenters {
  time(date: Date): unknown;
  message(message: Message): Record<string, unknown>;
  room(room: Room, settings: RoomSettings): Record<string, unknown>;
}

interface RoomSettings {
  /** People that fit into the room; 0: any number. */
  maxUsers: number;
}

/** What the original service told as its limit of messages; nothing is held to it. */
const advertisedRateLimit = 10;

export function createPresenters(dates: LegacyConfig['dates']): Presenters {
  const time = dates === 'extended' ? dateToExtendedJson : (date: Date) => date.toISOString();
  return {
    time,
    message: ({ id, roomId, userId, username, content, timestamp, editedAt, deleted, reactions }) => ({
      _id: idToExtendedJson(id),
      id,
      room_id: roomId,
      user_id: userId,
      username,
      content,
      timestamp: time(timestamp),
      ...(editedAt && { edited_at: time(editedAt) }),
      deleted,
      // The first people of each emoji, one entry each.
      reactions: reactions.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji }))),
    }),
    room: ({ id, userCount, createdAt, lastMessageAt }, { maxUsers }) => ({
      _id: isId(id) ? idToExtendedJson(id) : id,
      location_id: id,
      active_users: userCount,
      // As the original gave it: old pages pass it to `new Date()`, and null would show as 1970.
      last_message_at: time(lastMessageAt ?? createdAt),
      created_at: time(createdAt),
      settings: { max_users: maxUsers, rate_limit: advertisedRateLimit },
    }),
  };
}
