import { EarshotError, generateRoomName, type Room } from '@earshot/shared';
import { cellCentre } from '../cells.ts';
import type { StoredRoom } from '../store/store.ts';
import { addMember } from './addMember.ts';
import type { Connection } from './connection.ts';
import { ensureMember, isRoomNotFound, type NamedRoom } from './namedRoom.ts';
import { countPresent, describeRoom } from './publicRoom.ts';
import { requireRoom } from './requireRoom.ts';
import { requireRight } from './rights/requireRight.ts';
import { refuseBannedMaker } from './rules/gateChecks.ts';
import { roomRulesOf } from './rules/roomRules.ts';
import { isBannedIn } from './rules/ruleAbout.ts';
import type { Services } from './services.ts';

interface LocationSearch {
  cell: string;
  /** Metres. */
  searchRadius: number;
}
export type JoinRequest = LocationSearch | { roomId: string };

interface FoundRoom {
  room: StoredRoom;
  isNew: boolean;
}

/** A join, with the room as it is stored: its name is the one that legacy clients show. */
export interface JoinedRoom extends FoundRoom {
  userCount: number;
}

/** Makes the caller a member of the given room, of the nearest one that lets them in, or of a new one. Joining twice is no error. */
export async function joinRoom(
  services: Services,
  connection: Connection,
  request: JoinRequest,
  // Spelled out: the client's published types derive from it, and can't refer to names of the server.
): Promise<{ room: Room; isNew: boolean; userCount: number }> {
  const { room, isNew, userCount } = await joinStoredRoom(services, connection, request);
  return { room: await describeRoom(services, room, userCount), isNew, userCount };
}

/** Like `joinRoom`, without the public form of the room. */
export async function joinStoredRoom(
  services: Services,
  connection: Connection,
  request: JoinRequest,
): Promise<JoinedRoom> {
  // Charged before the search, and independently of its result: a limit that depends on the result would reveal it.
  services.budget.spend(connection, 'joinRoom');
  if (!('roomId' in request)) {
    await requireRight(services, connection, 'enterNearest', 'server');
    const { travelGuard } = services;
    if (!travelGuard.isOff) await travelGuard.saveLocation(connection.user, request.cell);
    return withUserCount(services, await joinNearest(services, connection, request));
  }
  await requireRight(services, connection, 'joinRoom', { roomId: request.roomId });
  const room = await requireRoom(services.store, request.roomId);
  await addMember(services, connection, room.id);
  return withUserCount(services, { room, isNew: false });
}

/** Makes the caller a member of the room of that name, and creates the room if there is none. */
export async function joinNamedRoom(services: Services, connection: Connection, named: NamedRoom): Promise<JoinedRoom> {
  return withUserCount(services, await ensureMember(services, connection, named));
}

async function withUserCount(services: Services, found: FoundRoom): Promise<JoinedRoom> {
  return { ...found, userCount: await countPresent(services, found.room.id) };
}

/** A room without messages may be removed between being found and being joined. */
const attemptsMax = 3;
/** Maximum number of locked rooms for which the store is asked whether the caller is a member or a moderator. Further ones are passed over. */
const lockedMax = 10;
/** Maximum number of rooms that are tried although they are not in the list: they are newer, or the list is full. */
const unlistedMax = 10;

/** Joins the nearest room that the caller may join: locked rooms, and those where the caller is banned, are passed over. Without one, makes a room. */
async function joinNearest(services: Services, connection: Connection, search: LocationSearch): Promise<FoundRoom> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await joinOrMake(services, connection, search);
    } catch (error) {
      if (!isRoomNotFound(error) || attempts === attemptsMax) throw error;
      services.nearby.invalidate();
    }
  }
}

async function joinOrMake(services: Services, connection: Connection, search: LocationSearch): Promise<FoundRoom> {
  const refused: string[] = [];
  let locked = 0;
  for (const { room } of await services.nearby.candidates(search.cell, search.searchRadius)) {
    const { isLocked } = roomRulesOf(services.rules, room.id);
    if (isLocked) locked += 1;
    const isPassedOver = (isLocked && locked > lockedMax) || isBannedIn(services, connection, room);
    if (!isPassedOver && (await tryEnter(services, connection, room.id))) return { room, isNew: false };
    refused.push(room.id);
  }
  const listed = refused.length;
  for (;;) {
    // Rooms that refuse the caller one after another must not delay the join for long: beyond the maximum, a new room is made.
    const searchRadius = refused.length - listed < unlistedMax ? search.searchRadius : 0;
    const found = await nearestOrNewRoom(services, connection, { ...search, searchRadius, refused });
    if (found.isNew) await enter(services, connection, found.room.id);
    if (found.isNew || (await tryEnter(services, connection, found.room.id))) return found;
    refused.push(found.room.id);
  }
}

async function enter(services: Services, connection: Connection, roomId: string): Promise<void> {
  await requireRight(services, connection, 'joinRoom', { roomId });
  await addMember(services, connection, roomId);
}

/** Makes the caller a member. Resolves to false if the room is locked, or the caller is banned there. */
async function tryEnter(services: Services, connection: Connection, roomId: string): Promise<boolean> {
  try {
    await enter(services, connection, roomId);
    return true;
  } catch (error) {
    if (error instanceof EarshotError && (error.code === 'ROOM_LOCKED' || error.code === 'BANNED')) return false;
    throw error;
  }
}

/**
 * Resolves to the nearest room within the radius that has not refused the caller, or makes one. Another caller, whom the same rooms refused, may
 * just have made it. Throws `BANNED` for a caller who is banned in the area.
 */
async function nearestOrNewRoom(
  services: Services,
  connection: Connection,
  { cell, searchRadius, refused }: LocationSearch & { refused: readonly string[] },
): Promise<FoundRoom> {
  const { store, nearby, roomLimit } = services;
  refuseBannedMaker(services, connection, { id: null, cell });
  roomLimit.take(connection);
  const { userId: createdBy } = connection.user;
  const name = generateRoomName(cellCentre(cell));
  const found = await store.nearestOrNewRoom({ cell, radius: searchRadius, except: refused, name, createdBy });
  if (found.isNew) nearby.invalidate();
  else roomLimit.refund(connection);
  return found;
}
