import type { NearbyList, NearbyPage, NearbyRoom } from '@earshot/shared';
import type { Connection } from './connection.ts';

/**
 * The answers about nearby rooms for callers without an identity. Reading messages requires one, so these answers have no previews. All
 * of these callers share one object, so that its encoded text is cached as well.
 */
const withoutPreviews = new WeakMap<readonly NearbyRoom[], readonly NearbyRoom[]>();
const pagesWithoutPreviews = new WeakMap<NearbyPage, NearbyPage>();
const listsWithoutPreviews = new WeakMap<NearbyList, NearbyList>();

export function visibleRooms({ userId }: Connection, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  return userId === null ? cached(withoutPreviews, rooms, dropPreviews) : rooms;
}

export function visiblePage({ userId }: Connection, page: NearbyPage): NearbyPage {
  return userId === null
    ? cached(pagesWithoutPreviews, page, ({ rooms, nextCursor }) => ({ rooms: dropPreviews(rooms), nextCursor }))
    : page;
}

export function visibleList({ userId }: Connection, list: NearbyList): NearbyList {
  return userId === null ? cached(listsWithoutPreviews, list, ({ rooms }) => ({ rooms: dropPreviews(rooms) })) : list;
}

const dropPreviews = (rooms: readonly NearbyRoom[]): NearbyRoom[] => rooms.map((room) => ({ ...room, preview: null }));

function cached<Key extends object, Value>(values: WeakMap<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = values.get(key) ?? make(key);
  values.set(key, known);
  return known;
}
