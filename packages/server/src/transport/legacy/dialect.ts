import type { Location, User } from '@earshot/shared';
import type { LegacyConfig } from '../../config.ts';
import type { FeedEvent } from '../../feed/envelope.ts';
import type { Refusal } from '../refusal.ts';
import { type Intent, readIntent } from './intent.ts';
import { createShapes } from './shapes.ts';

/** The words of older clients: their frames as intents, and what they are to hear as frames. No I/O, no state. */
export interface Dialect {
  read(text: string): Intent;
  userJoined(user: User): string;
  roomJoined(joined: RoomJoined): string;
  error(refusal: Refusal): string;
  /** The frame that tells of an event; null where older clients have no word for it. */
  event(event: FeedEvent): string | null;
}

export interface RoomJoined {
  room: { id: string; name: string };
  isNew: boolean;
  userCount: number;
  /** Where the caller is, as the caller said. */
  location: Location;
}

/** Readers look for fields at the top level or under `data`: every frame carries both. */
const frame = (type: string, fields: Record<string, unknown>) => JSON.stringify({ type, data: fields, ...fields });

export function createDialect(dates: LegacyConfig['dates'], now: () => Date = () => new Date()): Dialect {
  const shapes = createShapes(dates);
  const person = ({ userId, username }: User) => ({ username, user_id: userId, timestamp: shapes.time(now()) });

  return {
    read: readIntent,
    userJoined: (user) => frame('UserJoined', person(user)),
    roomJoined: ({ room, isNew, userCount, location: { latitude, longitude } }) =>
      frame('RoomJoined', {
        room_id: room.id,
        room_name: room.name,
        is_new_room: isNew,
        user_count: userCount,
        location: { type: 'Point', coordinates: [longitude, latitude] },
      }),
    error: ({ message, data }) => frame('Error', { message, code: data.errorCode }),
    event: (event) => {
      switch (event.type) {
        case 'message.created':
          return frame('NewMessage', shapes.message(event.message));
        case 'user.joined':
          return frame('UserJoined', person(event.user));
        case 'user.left':
          return frame('UserLeft', person(event.user));
        case 'typing':
          return frame('Typing', {
            user_id: event.user.userId,
            username: event.user.username,
            is_typing: event.isTyping,
          });
        case 'snapshot':
        case 'reset':
          return frame('MessageHistory', { messages: event.messages.map(shapes.message) });
        case 'message.updated':
        case 'presence':
          return null;
      }
    },
  };
}
