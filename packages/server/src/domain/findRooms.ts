import type { NearbyRoom, nearbyInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import type { Connection } from './connection.ts';
import { emptyRoom, type NamedRoom } from './namedRoom.ts';
import { requireRoom } from './permission.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

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

/** The rooms around a place, for anybody: see `NearbyRooms`. */
export async function nearbyRooms(
  { budget, nearby }: Services,
  connection: Connection,
  search: z.output<typeof nearbyInput>,
): Promise<readonly NearbyRoom[]> {
  budget.spend(connection, 'findRooms');
  return nearby.answer(search);
}
