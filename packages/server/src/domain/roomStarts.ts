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

/** Maximum number of events of one read of a room. Watchers who ask for as many messages and block nobody need one. */
const eventsMax = 8;

/** A room as the starts that share a read show it. Starts with the same messages are the same event, so that it is encoded once. */
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

/** Milliseconds in which a room is read at most once. The first start of a room in a period waits only for the next tick. */
const periodMs = 5;

/**
 * Reads rooms for the starts of watches. Starts that ask in one tick of the event loop, or within 5 ms when they follow each other quickly, share one
 * read of their room and one encoded text. The read begins when all of them have asked, so none gets an older state than by a read of its own.
 */
export class RoomStarts {
  readonly #sources: RoomSources;
  readonly #waiting = new Map<string, Promise<RoomStart>>();
  /** The rooms that were read in this period. Further starts of them wait until it ends. */
  readonly #readRooms = new Set<string>();
  /** Resolves when this period ends; undefined if no room was read in it. */
  #periodEnd: Promise<void> | undefined;

  constructor(sources: RoomSources) {
    this.#sources = sources;
  }

  /** Throws `ROOM_GONE` or `ROOM_NOT_FOUND`. */
  read(roomId: string): Promise<RoomStart> {
    const waiting = this.#waiting.get(roomId);
    if (waiting) return waiting;
    const reading = this.#readLater(roomId);
    this.#waiting.set(roomId, reading);
    return reading;
  }

  async #readLater(roomId: string): Promise<RoomStart> {
    await (this.#readRooms.has(roomId) ? this.#periodEnd : yieldToEventLoop());
    this.#waiting.delete(roomId);
    this.#noteRead(roomId);
    const [room, userCount] = await Promise.all([
      requireRoom(this.#sources.store, roomId),
      countPresent(this.#sources, roomId),
    ]);
    return new RoomStart(await describeRoom(this.#sources, room, userCount));
  }

  #noteRead(roomId: string): void {
    this.#readRooms.add(roomId);
    this.#periodEnd ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#periodEnd = undefined;
        this.#readRooms.clear();
        resolve();
      }, periodMs);
    });
  }
}
