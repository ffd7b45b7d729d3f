import { distanceMetres, type Location, type NearbyRoom, type nearbyInput, type Room } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredRoom } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { emptyRoom, type NamedRoom } from './namedRoom.ts';
import { requireRoom } from './permission.ts';
import { distanceBand, shownPlace } from './place.ts';
import type { Services } from './services.ts';
import { countPresent, countsPresent, shownRoom } from './shownRoom.ts';

/** One room, for anybody. Throws `ROOM_NOT_FOUND`. */
export async function getRoom(services: Services, connection: Connection, roomId: string): Promise<Room> {
  services.budget.spend(connection, 'getRoom');
  const room = await requireRoom(services.store, roomId);
  return shownRoom(room, await countPresent(services, roomId));
}

/**
 * The room of that name, for anybody; one that nobody used yet as it would be, without making it. Who asks wants the
 * number of people most of all: throws `BROKER_UNAVAILABLE` when it can't be told.
 */
export async function getNamedRoom(services: Services, connection: Connection, named: NamedRoom): Promise<Room> {
  const { store, presence, budget } = services;
  budget.spend(connection, 'getRoom');
  const room = (await store.room(named.roomId)) ?? emptyRoom(named);
  const [[userCount = 0], { messages }] = await Promise.all([
    presence.counts([room.id]),
    store.history(room.id, { limit: 1 }),
  ]);
  return shownRoom({ ...room, lastMessageAt: later(room.lastMessageAt, messages[0]?.timestamp) }, userCount);
}

/**
 * The room's own note of its newest message may be a moment behind its log. The last message of the log may be an old
 * one, which was migrated after newer ones.
 */
function later(noted: Date | null, logged: Date | undefined): Date | null {
  return logged !== undefined && (noted === null || logged > noted) ? logged : noted;
}

/** Metres by which a room's shown place may lie from its own: the circumradius of the largest map cells, and some. */
const shownApart = 1_000;
/** Rooms considered, nearest first: in a crowd beyond, the farthest are left out. */
const considered = 2_000;

/**
 * The rooms around a place, nearest first, for anybody. Distances are to the places that rooms show, and so is the
 * radius: answers measured from the exact point, however coarse, would tell it to one who asks from many places.
 */
export async function nearbyRooms(
  services: Services,
  connection: Connection,
  { location, radius, limit }: z.output<typeof nearbyInput>,
): Promise<NearbyRoom[]> {
  services.budget.spend(connection, 'findRooms');
  const candidates = await services.store.roomsNear(location, radius + shownApart, considered);
  const found = candidates
    .map(({ room }) => ({ room, distance: distanceTo(room, location) }))
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || (a.room.id < b.room.id ? -1 : 1))
    .slice(0, limit);
  const counts = await countsPresent(
    services,
    found.map(({ room }) => room.id),
  );
  return found.map(({ room, distance }, i) => ({
    ...shownRoom(room, counts[i] ?? 0),
    distance: distanceBand(distance),
  }));
}

function distanceTo({ location }: StoredRoom, from: Location): number {
  return location === null ? Number.POSITIVE_INFINITY : distanceMetres(shownPlace(location), from);
}
