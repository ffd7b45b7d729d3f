import type { Location, User } from '@earshot/shared';
import type { FeedEvent } from '../../feed/envelope.ts';
import type { ErrorResponse } from '../errors/errorResponse.ts';
import { type Command, readCommand } from './command.ts';
import { createPresenters, type PresenterOptions } from './presenters.ts';

/** Decodes legacy frames to commands, and encodes events and answers as frames. No I/O, no state. */
export interface FrameCodec {
  read(text: string): Command;
  userJoined(user: User): string;
  roomJoined(joined: RoomJoined): string;
  error(response: ErrorResponse): string;
  /** The frame of an event; null if the legacy protocol has none. */
  event(event: FeedEvent): string | null;
}

export interface RoomJoined {
  room: { id: string; name: string };
  isNew: boolean;
  userCount: number;
  /** The location that the caller sent. */
  location: Location;
}

/** Clients read fields at the top level or under `data`: every frame has both. */
const frame = (type: string, fields: Record<string, unknown>) => JSON.stringify({ type, data: fields, ...fields });

export function createFrameCodec(options: PresenterOptions, now: () => Date = () => new Date()): FrameCodec {
  const presenters = createPresenters(options);
  const userFields = ({ userId, username }: User) => ({
    ...{ username, user_id: userId, ...presenters.guestMark(userId) },
    timestamp: presenters.time(now()),
  });

  return {
    read: readCommand,
    userJoined: (user) => frame('UserJoined', userFields(user)),
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
          return event.message.description ? null : frame('NewMessage', presenters.message(event.message));
        case 'user.joined':
          return frame('UserJoined', userFields(event.user));
        case 'user.left':
          return frame('UserLeft', userFields(event.user));
        case 'typing':
          return frame('Typing', {
            user_id: event.user.userId,
            username: event.user.username,
            ...presenters.guestMark(event.user.userId),
            is_typing: event.isTyping,
          });
        case 'snapshot':
        case 'reset':
          return frame('MessageHistory', { messages: event.messages.map(presenters.message) });
        case 'message.updated':
        case 'user.renamed':
        case 'room.rules':
        case 'sanctioned':
        case 'role.changed':
        case 'presence':
          return null;
      }
    },
  };
}
