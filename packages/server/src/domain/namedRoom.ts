import { EarshotError, generateRoomName, isId, limits, lineSchema } from '@earshot/shared';
import { cellCentre } from '../cells.ts';
import type { StoredRoom } from '../store/store.ts';
import { addMember } from './addMember.ts';
import type { Connection } from './connection.ts';
import { requireRight } from './rights/requireRight.ts';
import { refuseBannedMaker } from './rules/gateChecks.ts';
import type { Services } from './services.ts';

/** A room identified by a name that its users chose; the name is its id. */
export interface NamedRoom {
  roomId: string;
  /** The map cell of the location in the name; null if there is none. */
  cell: string | null;
}

/** A room without messages may be removed between being found and being joined. */
const attemptsMax = 3;

/** Makes the caller a member of the room, and creates the room if there is none. */
export async function ensureMember(
  services: Services,
  connection: Connection,
  named: NamedRoom,
): Promise<{ room: StoredRoom; isNew: boolean }> {
  services.budget.spend(connection, 'joinRoom');
  await requireRight(services, connection, 'joinRoom', { roomId: named.roomId });
  const { store } = services;
  for (let attempts = 1; ; attempts += 1) {
    const room = await store.room(named.roomId);
    const found = room === null ? await createRoom(services, connection, named) : { room, isNew: false };
    try {
      await addMember(services, connection, found.room.id);
      return found;
    } catch (error) {
      if (!isRoomNotFound(error) || attempts === attemptsMax) throw error;
    }
  }
}

export const isRoomNotFound = (error: unknown) => error instanceof EarshotError && error.code === 'ROOM_NOT_FOUND';

/**
 * Creates the room, unless another caller creates it at the same time. Throws `RATE_LIMITED`, `BANNED`, and `ROOM_NOT_FOUND` for a name in the form
 * of a generated id, because such ids belong to rooms created by the server.
 */
async function createRoom(services: Services, connection: Connection, named: NamedRoom) {
  const { store, nearby, roomLimit, wordFilter } = services;
  if (isId(named.roomId)) throw new EarshotError('ROOM_NOT_FOUND');
  wordFilter.requireRoomName(nameOf(named));
  refuseBannedMaker(services, connection, { id: named.roomId, cell: named.cell });
  roomLimit.take(connection);
  const made = await store.namedRoom({ ...named, name: nameOf(named), createdBy: connection.user.userId });
  if (made.isNew) nearby.invalidate();
  else roomLimit.refund(connection);
  return made;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** The room as if it were created today. Every call on every instance returns the same room until midnight UTC. */
export function emptyRoom(named: NamedRoom, now = Date.now()): StoredRoom {
  const { roomId: id, cell } = named;
  return {
    ...{ id, name: nameOf(named), title: null, topic: null, createdBy: null, cell },
    createdAt: new Date(now - (now % dayMs)),
    lastMessageAt: null,
  };
}

const displayNameSchema = lineSchema(limits.roomIdChars);

/** The id is kept verbatim; the display name is cleaned like other names. */
function nameOf({ roomId, cell }: NamedRoom): string {
  return cell === null ? (displayNameSchema.safeParse(roomId).data ?? roomId) : generateRoomName(cellCentre(cell));
}
