import type { Message } from './message.ts';
import type { Room } from './room.ts';

/** For tests of all packages: a message by Ada. Messages are a minute apart, from ten in the morning. */
export function testMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: seq.toString(16).padStart(24, '0'),
    roomId: 'room',
    seq,
    updatedSeq: seq,
    userId: 'ada',
    username: 'Ada',
    content: `message ${seq}`,
    timestamp: new Date(2026, 2, 10, 10, seq),
    editedAt: null,
    deleted: false,
    reactions: [],
    ...change,
  };
}

/** For tests of all packages: the room of `testMessage`. */
export const testRoom: Room = {
  id: 'room',
  name: 'Room',
  title: null,
  topic: null,
  ownerId: null,
  area: null,
  place: null,
  createdAt: new Date(0),
  lastMessageAt: null,
  userCount: 0,
};
