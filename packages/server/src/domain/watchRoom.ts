import { EarshotError, type RoomEvent, type StartEvent, type watchInput } from '@earshot/shared';
import type { z } from 'zod';
import type { Sink } from '../feed/fanOut.ts';
import type { BrokerEvent, FeedItem } from '../feed/hub.ts';
import type { Connection } from './connection.ts';
import { requireMember, requireRoom } from './permission.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

/** An event and the room's sequence number that a watcher resumes from after it. */
export interface WatchedEvent {
  seq: number;
  event: RoomEvent;
  /** That this very connection caused it. */
  own: boolean;
}

interface WatchInput extends z.output<typeof watchInput> {
  signal: AbortSignal;
  /** Where events may be written past the caller, while it waits for the next; undefined: not yet. */
  sink?: (() => Sink | undefined) | undefined;
}

/**
 * A member's view of a room from now on, or from where they were: see the feed for what is promised. While it runs the
 * caller is present. Ends when `signal` aborts and when the caller leaves the room; throws what the connection ended
 * with, when the server ended it.
 */
export async function* watchRoom(
  services: Services,
  connection: Connection,
  input: WatchInput,
): AsyncGenerator<WatchedEvent, void, void> {
  const { user } = connection;
  const { roomId, history, lastEventId } = input;
  using _watch = countWatch(services, connection);
  await requireMember(services.store, roomId, user);
  using _presence = await enter(services, connection, roomId);

  const signal = AbortSignal.any([input.signal, connection.ended]);
  const after = lastEventId === undefined ? undefined : Number(lastEventId);
  const membership = createRecheck(services, roomId, user.userId);
  const isParticular = (event: BrokerEvent, from: string, now: number) =>
    isOwnDoing(connection, event, from) ||
    (event.type === 'member.left' && event.userId === user.userId) ||
    membership.isDue(now);
  const carriage = input.sink && { sink: input.sink, isParticular };
  for await (const item of services.hub.watch(roomId, { history, after, signal, carriage })) {
    if (item.kind === 'event' && item.event.type === 'member.left') {
      // They may have joined again since.
      if (item.event.userId === user.userId && !(await membership.holds({ now: true }))) return;
      continue;
    }
    const event = await toRoomEvent(services, connection, { roomId, item });
    if (event === null) continue;
    if (!(await membership.holds())) return;
    await connection.writable();
    if (signal.aborted) break;
    yield { seq: item.seq, event, own: item.kind === 'event' && item.from === connection.id };
  }
  if (connection.ended.aborted && connection.ended.reason instanceof EarshotError) throw connection.ended.reason;
}

const recheckMs = 5 * 60_000;

/**
 * That a member left is told like any passing event, and may be lost: between the check and the first event, or with
 * the broker. So membership is looked up again with the first event, and now and then.
 */
function createRecheck({ store }: Services, roomId: string, userId: string) {
  let dueAt = 0;
  const isDue = (at: number) => at >= dueAt;
  return {
    isDue,
    holds: async ({ now = false } = {}): Promise<boolean> => {
      if (!now && !isDue(Date.now())) return true;
      dueAt = Date.now() + recheckMs;
      return store.isMember(roomId, userId).catch(() => true); // the store is down: the next event asks again later
    },
  };
}

/** Throws `TOO_MANY_WATCHES` when the connection has as many as it may. */
function countWatch({ settings }: Services, connection: Connection): Disposable {
  const max = settings.watchesPerConnection;
  if (max > 0 && connection.watches >= max) {
    throw new EarshotError('TOO_MANY_WATCHES', { message: `At most ${max} subscriptions fit on one connection.` });
  }
  connection.watches += 1;
  return {
    [Symbol.dispose]: () => {
      connection.watches -= 1;
    },
  };
}

let entries = 0;

/** Makes the caller present until disposed. Throws `ROOM_FULL`. */
async function enter(services: Services, connection: Connection, roomId: string): Promise<Disposable> {
  // Two watches of one room on one connection are two entries of one user.
  entries += 1;
  const entry = { roomId, user: connection.user, connectionId: `${connection.id}/${entries}` };
  await services.attendance.enter(entry, connection.id);
  return { [Symbol.dispose]: () => services.attendance.depart(entry, connection.broken()) };
}

/** The event as a watcher gets it; null for what the connection itself has caused and knows. */
async function toRoomEvent(
  services: Services,
  connection: Connection,
  { roomId, item }: { roomId: string; item: FeedItem },
): Promise<RoomEvent | null> {
  if (item.kind === 'start') return toStartEvent(services, roomId, item);
  const { event, from } = item;
  if (event.type === 'member.left') return null;
  return isOwnDoing(connection, event, from) ? null : event;
}

/** What the connection has caused and knows. */
function isOwnDoing(connection: Connection, event: BrokerEvent, from: string): boolean {
  return from === connection.id && (event.type === 'user.joined' || event.type === 'typing');
}

async function toStartEvent(
  services: Services,
  roomId: string,
  { type, messages }: Extract<FeedItem, { kind: 'start' }>,
): Promise<StartEvent> {
  const [room, userCount] = await Promise.all([requireRoom(services.store, roomId), countPresent(services, roomId)]);
  return { type, room: shownRoom(room, userCount), messages, userCount };
}
