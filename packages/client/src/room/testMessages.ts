import type { Message, Room } from '@earshot/shared';

/** For tests: a message of the room `room`. */
export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: seq.toString(16).padStart(24, '0'),
    roomId: 'room',
    seq,
    updatedSeq: seq,
    userId: 'ada',
    username: 'Ada',
    content: `message ${seq}`,
    timestamp: new Date(seq * 1_000),
    editedAt: null,
    deleted: false,
    reactions: [],
    ...change,
  };
}

/** For tests: the room that `message` speaks of. */
export const room: Room = {
  id: 'room',
  name: 'Room',
  place: null,
  createdAt: new Date(0),
  lastMessageAt: null,
  userCount: 0,
};
