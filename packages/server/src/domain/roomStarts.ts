import type { Message, Room, StartEvent } from '@earshot/shared';
import { yieldToEventLoop } from '../async/yieldToEventLoop.ts';
import type { Places } from '../places/places.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store } from '../store/store.ts';
import { countPresent, describeRoom, type RoomRuleSource } from './publicRoom.ts';
import { requireRoom } from './requireRoom.ts';

interface RoomSources {
  store: Pick<Store, 'room' | 'wasRemoved'>;
  presence: Pick<Presence, 'counts'>;
  places: Pick<Places, 'areaOf'>;
  retention: RoomRuleSource;
}

/** Maximum number of events of one room in one tick. Watchers who ask for as many messages and block nobody need one. */
const eventsMax = 8;

/** A room as the starts of one tick show it. Starts with the same messages are the same event, so that it is encoded once. */
class RoomStart {
  readonly #room: Room;
  readonly #events: StartEvent[] = [];

  constructor(room: Room) {
    this.#room = room;
  }

  /** The event must not change. */
  event(type: StartEvent['type'], messages: Message[]): StartEvent {
    const known = this.#events.find((event) => event.type === type && event.messages === messages);
    if (known) return known;
    const event = { type, room: this.#room, messages, userCount: this.#room.userCount };
    if (this.#events.length < eventsMax) this.#events.push(event);
    return event;
  }
}

/**
 * Reads rooms for the starts of watches. The starts that ask in one tick of the event loop share one read of their room, which begins when all of
 * them have asked: a thousand clients who return read it a few times, and none gets an older state than by a read of its own.
 */
export class RoomStarts {
  readonly #sources: RoomSources;
  readonly #waiting = new Map<string, Promise<RoomStart>>();

  constructor(sources: RoomSources) {
    this.#sources = sources;
  }

  /** Throws `ROOM_GONE` or `ROOM_NOT_FOUND`. */
  read(roomId: string): Promise<RoomStart> {
    const waiting = this.#waiting.get(roomId);
    if (waiting) return waiting;
    const reading = this.#readAfterTick(roomId);
    this.#waiting.set(roomId, reading);
    return reading;
  }

  async #readAfterTick(roomId: string): Promise<RoomStart> {
    await yieldToEventLoop();
    this.#waiting.delete(roomId);
    const [room, userCount] = await Promise.all([
      requireRoom(this.#sources.store, roomId),
      countPresent(this.#sources, roomId),
    ]);
    return new RoomStart(await describeRoom(this.#sources, room, userCount));
  }
}
