import {
  EarshotError,
  type Position,
  parsePosition,
  type StartEvent,
  type User,
  type watchInput,
} from '@earshot/shared';
import type { z } from 'zod';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { FeedEvent } from '../feed/envelope.ts';
import type { BrokerEvent, FeedItem, Handoff } from '../feed/hub.ts';
import type { Sink } from '../feed/sharedWatcher.ts';
import type { Connection } from './connection.ts';
import { requireMember, requireRoom } from './permission.ts';
import { countPresent, publicRoom } from './publicRoom.ts';
import { ReplayLimiter } from './replayLimiter.ts';
import type { Services } from './services.ts';

/** An event, and the position to resume from after it. */
export interface WatchedEvent {
  position: Position;
  event: FeedEvent;
  /** Whether this connection caused the event. */
  isOwn: boolean;
}

interface WatchInput extends z.output<typeof watchInput> {
  signal: AbortSignalLike;
  /**
   * Returns the sink for shared delivery past the caller, or undefined while there is none. Without this option there is no shared
   * delivery.
   */
  sink?: (() => Sink | undefined) | undefined;
}

/**
 * Watches a room for a member, from now on or from a given position; see the feed for the guarantees. The caller is present while the watch
 * runs. Ends when `signal` aborts and when the caller leaves the room; throws the connection's error when the server ended the connection.
 */
export async function* watchRoom(
  services: Services,
  connection: Connection,
  input: WatchInput,
): AsyncGenerator<WatchedEvent | Handoff, void, void> {
  services.budget.spend(connection, 'watchRoom');
  const { user } = connection;
  const { roomId, history, lastEventId } = input;
  using _watch = registerWatch(services, connection, roomId);
  await requireMember(services, roomId, user);
  using _presence = await enterPresence(services, connection, roomId);

  const signals = [input.signal, connection.endSignal];
  const after = lastEventId === undefined ? undefined : parsePosition(lastEventId);
  connection.readLimiter ??= new ReplayLimiter(services.budget, connection);
  const { readLimiter } = connection;
  const membership = createMembershipCheck(services, roomId, user.userId);
  const needsSlowPath = (event: BrokerEvent, from: string, now: number) =>
    isOwnEvent({ event, from }, connection, user) ||
    (event.type === 'member.left' && event.userId === user.userId) ||
    membership.isDue(now);
  const sharedDelivery = input.sink && { sink: input.sink, needsSlowPath, fastPathUntil: membership.dueAt };
  const toWatchedEvent = async (item: Exclude<FeedItem, Handoff>): Promise<WatchedEvent | 'skip' | 'ended'> => {
    if (item.kind === 'event') {
      // The user may have joined again since.
      const hasLeft = item.event.type === 'member.left' && item.event.userId === user.userId;
      if (hasLeft && !(await membership.isMember({ now: true }))) return 'ended';
      if (isOwnEvent(item, connection, user)) return 'skip';
    }
    if (item.kind === 'start') services.budget.chargeMessages(connection, item.messages);
    const event = await toFeedEvent(services, roomId, item);
    if (event === null) return 'skip';
    // Another history may have other members.
    if (!(await membership.isMember({ now: event.type === 'reset' }))) return 'ended';
    await connection.transport.writable();
    return { position: item.position, event, isOwn: item.kind === 'event' && item.from === connection.id };
  };
  // Declared outside the loop and cleared: a watch that waits for hours would otherwise keep the last event, or all messages of its start.
  let item: FeedItem | null;
  let result: Awaited<ReturnType<typeof toWatchedEvent>> | Handoff | null;
  for await (item of services.hub.watch(roomId, { history, after, signals, sharedDelivery, readLimiter })) {
    result = item.kind === 'handoff' ? item : await toWatchedEvent(item);
    item = null;
    if (result === 'skip') continue;
    if (result === 'ended') return;
    if (signals.some((signal) => signal.aborted)) break;
    yield result;
    result = null;
  }
  if (connection.endSignal.aborted && connection.endSignal.reason instanceof EarshotError)
    throw connection.endSignal.reason;
}

/**
 * Returns the current snapshot of the room, like the start of a new watch, and the position of its latest change. For a caller that already
 * watches the room.
 */
export async function readSnapshot(
  services: Services,
  connection: Connection,
  { roomId, history }: { roomId: string; history: number },
): Promise<{ position: Position; event: StartEvent }> {
  await requireMember(services, roomId, connection.user);
  const { messages, head } = await services.store.snapshot(roomId, history);
  services.budget.chargeMessages(connection, messages);
  return { position: head, event: await toStartEvent(services, roomId, { type: 'snapshot', messages }) };
}

const recheckMs = 5 * 60_000;
/** Milliseconds until the next check after the store failed to answer. */
const recheckSoonMs = 10_000;

/**
 * The departure of a member is published as an ephemeral event, which may be lost: between the check and the first event, or by the broker.
 * So membership is checked again with the first event, and periodically afterwards.
 */
function createMembershipCheck({ store }: Services, roomId: string, userId: string) {
  let dueAt = 0;
  const isDue = (at: number) => at >= dueAt;
  return {
    isDue,
    dueAt: () => dueAt,
    isMember: async ({ now = false } = {}): Promise<boolean> => {
      if (!now && !isDue(performance.now())) return true;
      // Random jitter, so that members who joined together are not checked together: each check detaches from the fan-out.
      dueAt = performance.now() + recheckMs * (0.75 + Math.random() / 2);
      return store.isMember(roomId, userId).catch(() => {
        dueAt = performance.now() + recheckSoonMs; // the store is unavailable: a later event checks again
        return true;
      });
    },
  };
}

/** Throws `TOO_MANY_WATCHES` when the connection has the maximum number of watches. */
function registerWatch({ settings }: Services, connection: Connection, roomId: string): Disposable {
  const max = settings.watchesPerConnection;
  if (max > 0 && connection.watchedRoomIds.length >= max) {
    throw new EarshotError('TOO_MANY_WATCHES', { message: `A connection can have at most ${max} subscriptions.` });
  }
  connection.watchedRoomIds = connection.watchedRoomIds.concat(roomId); // a spread array would reserve space for sixteen more
  return {
    [Symbol.dispose]: () => {
      connection.watchedRoomIds = connection.watchedRoomIds.toSpliced(connection.watchedRoomIds.indexOf(roomId), 1);
    },
  };
}

let entryCount = 0;

/** Makes the caller present until disposed. Throws `ROOM_FULL`. */
async function enterPresence(services: Services, connection: Connection, roomId: string): Promise<Disposable> {
  // Two watches of one room on one connection are two entries of one user.
  entryCount += 1;
  const entry = { roomId, user: connection.user, connectionId: `${connection.id}/${entryCount}` };
  await services.localPresence.enter(entry, connection.id);
  return { [Symbol.dispose]: () => services.localPresence.leave(entry, connection.transport.isBroken) };
}

type ReceivedEvent = Pick<Extract<FeedItem, { kind: 'event' }>, 'event' | 'from'>;

/** Whether the watcher does not need the event: the join of this connection, or typing of its own user on any connection. */
function isOwnEvent({ event, from }: ReceivedEvent, connection: Connection, { userId }: User): boolean {
  return event.type === 'typing'
    ? event.user.userId === userId
    : event.type === 'user.joined' && from === connection.id;
}

/** Converts the item to the event that watchers receive; null for internal events. */
async function toFeedEvent(
  services: Services,
  roomId: string,
  item: Exclude<FeedItem, Handoff>,
): Promise<FeedEvent | null> {
  if (item.kind === 'start') return toStartEvent(services, roomId, item);
  return item.event.type === 'member.left' ? null : item.event;
}

async function toStartEvent(
  services: Services,
  roomId: string,
  { type, messages }: Pick<Extract<FeedItem, { kind: 'start' }>, 'type' | 'messages'>,
): Promise<StartEvent> {
  const [room, userCount] = await Promise.all([requireRoom(services.store, roomId), countPresent(services, roomId)]);
  return { type, room: publicRoom(room, userCount), messages, userCount };
}
