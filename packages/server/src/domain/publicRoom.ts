import { type Area, areaLabel, EarshotError, parseRoomName, type Room, type RoomRules } from '@earshot/shared';
import { cellCentre } from '../cells.ts';
import type { Places } from '../places/places.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store, StoredRoom } from '../store/store.ts';
import type { Retention } from './retention/retention.ts';

/** Where the rules of rooms come from. */
export type RoomRuleSource = Pick<Retention, 'hasRoomRules' | 'roomRules'>;

/** The parts of a room's public form that are not stored with it. */
interface RoomContext {
  userCount: number;
  area: Area | null;
}

/**
 * Returns the public form of a room. Its title is its name. Without one, a name that was generated from its location is replaced by the
 * label of its area, or by the coordinates where nothing is near.
 */
export function publicRoom(room: StoredRoom, { userCount, area }: RoomContext): Room {
  const { id, title, topic, createdBy: ownerId, cell, createdAt, lastMessageAt } = room;
  const place = cell === null ? null : cellCentre(cell);
  return {
    ...{ id, name: title ?? labelOf(room, area), title, topic, ownerId, area: namedCell(room) === null ? null : area },
    ...{ place, createdAt, lastMessageAt, userCount },
  };
}

/** The name of a room without a title. */
export function labelOf({ name }: StoredRoom, area: Area | null): string {
  const coordinates = parseRoomName(name);
  if (coordinates === null) return name;
  return area === null ? coordinates : areaLabel(area);
}

/** The cell from which a room's name is made; null if its users chose the name. */
export const namedCell = ({ name, cell }: StoredRoom): string | null => (parseRoomName(name) === null ? null : cell);

/** Returns the public form of a room, with its area. */
export async function describeRoom(
  { places, retention }: { places: Pick<Places, 'areaOf'>; retention: RoomRuleSource },
  room: StoredRoom,
  userCount: number,
): Promise<Room> {
  const shown = publicRoom(room, { userCount, area: await places.areaOf(namedCell(room)) });
  return { ...shown, ...shownRules(retention, room.id) };
}

/** The rules of the room, if there are any; otherwise nothing, which is less to send. */
export const shownRules = (retention: RoomRuleSource, roomId: string): Partial<RoomRules> =>
  retention.hasRoomRules(roomId) ? retention.roomRules(roomId) : {};

/** Returns the names of those of the rooms that exist. */
export async function roomNames(
  { store, places }: { store: Pick<Store, 'room'>; places: Pick<Places, 'areaOf'> },
  roomIds: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const rooms = await Promise.all(Array.from(new Set(roomIds), (roomId) => store.room(roomId)));
  const found = rooms.filter((room) => room !== null);
  const name = async (room: StoredRoom) => room.title ?? labelOf(room, await places.areaOf(namedCell(room)));
  return new Map(await Promise.all(found.map(async (room) => [room.id, await name(room)] as const)));
}

interface PresenceSource {
  presence: Pick<Presence, 'counts'>;
}

/** Returns the number of users present in one room. */
export async function countPresent(source: PresenceSource, roomId: string): Promise<number> {
  const [count = 0] = await countsPresent(source, [roomId]);
  return count;
}

/** Returns the number of users present in each room; 0 while presence is unreachable, because rooms can be found and joined without it. */
export async function countsPresent({ presence }: PresenceSource, roomIds: readonly string[]): Promise<number[]> {
  try {
    return await presence.counts(roomIds);
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'BROKER_UNAVAILABLE') return roomIds.map(() => 0);
    throw error;
  }
}

/**
 * Returns the later time. The room document's last message time may be behind its log, and the last message of the log may be an old one
 * that was migrated after newer ones.
 */
export function laterTime(roomTime: Date | null, logTime: Date | undefined): Date | null {
  return logTime !== undefined && (roomTime === null || logTime > roomTime) ? logTime : roomTime;
}
