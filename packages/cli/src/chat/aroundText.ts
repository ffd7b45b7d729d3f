import type { NeighbourhoodState } from '@earshot/client';
import type { Message, NeighbourhoodEvent } from '@earshot/shared';
import type { Names } from './names.ts';
import type { RoomNumbers } from './roomNumbers.ts';
import { describeMessage, describeTitle, describeUpdate } from './text.ts';

/** Maximum number of messages printed at the start. */
const startMax = 30;

/** Describes the messages of the rooms around. Each line has the number and name of its room. */
export class AroundText {
  readonly #numbers: RoomNumbers;
  readonly #users: Names;
  #names = new Map<string, string>();

  /** `users`: the names of the users. */
  constructor(numbers: RoomNumbers, users: Names) {
    this.#numbers = numbers;
    this.#users = users;
  }

  /** The lines for the first `ready`: the newest messages of all rooms, by time. */
  describeStart({ rooms, messages }: NeighbourhoodState): string[] {
    for (const room of rooms) this.#names.set(room.id, room.name);
    const count = rooms.length === 1 ? '1 room' : `${rooms.length || 'no'} rooms`;
    return [...messages.slice(-startMax).map((message) => this.#message(message)), `— ${count} around —`];
  }

  /** The lines for a later event. */
  describe(event: NeighbourhoodEvent, { messages }: NeighbourhoodState): string[] {
    switch (event.type) {
      case 'room.entered': {
        const { room, reset } = event;
        this.#names.set(room.id, room.name);
        const status = reset ? 'skipping missed messages; these are the newest' : 'is in reach now';
        return [`— ${this.label(room.id)} ${status} —`, ...event.messages.map((message) => this.#message(message))];
      }
      case 'room.described': {
        const before = this.label(event.roomId);
        this.#names.set(event.roomId, event.name);
        return [describeTitle(event, before)];
      }
      case 'room.left':
        return [`— ${this.label(event.roomId)} is not in reach any more —`];
      case 'event': {
        const change = event.event;
        if (change.type === 'message.created') return [this.#message(change.message)];
        if (change.type === 'message.updated')
          return [describeUpdate(change.message, this.#users, this.label(event.roomId))];
        const changed = messages.filter(({ id }) => id === change.messageId);
        return changed.map((message) => describeUpdate(message, this.#users, this.label(event.roomId)));
      }
      default:
        return []; // `ready`, and types that only later servers send
    }
  }

  label(roomId: string): string {
    return this.#numbers.label({ id: roomId, name: this.#names.get(roomId) ?? roomId });
  }

  #message(message: Message): string {
    return describeMessage(message, this.#users, this.label(message.roomId));
  }
}
