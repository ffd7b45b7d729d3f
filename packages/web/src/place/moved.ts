import type { Location, NearbyRoom } from '@earshot/client';
import { metresBetween } from './sphere.ts';

/** What a move suggests: a room that is nearer now, or a new one where there is none. */
export type Move = { kind: 'room'; room: NearbyRoom } | { kind: 'new' };

/** Where one was when the open room was entered, what is suggested, and what was declined. */
export interface Moving {
  roomId: string;
  origin: Location;
  move: Move | null;
  /** Ids of rooms that shall not be suggested again; for a new room, the id of the one that was stayed in. */
  declined: readonly string[];
}

export interface Look {
  roomId: string;
  location: Location;
  /** The rooms around, nearest first. */
  rooms: readonly NearbyRoom[];
  /** Whether there may be more than those, farther away. */
  isCut: boolean;
}

/** Metres before a move is one: below, rooms do not tell where they are. Who opened a far room meant to. */
const stride = 400;
/** Metres within which the open room is near enough, whatever else there is. */
const nearEnough = 1_000;
/** Metres within which a join by place would have found the open room. */
const earshot = 5_000;
/** A room must be this many times nearer: two of the server's bands, so that one step over a border is not enough. */
const muchNearer = 4;

/**
 * The next state after a look around. A suggestion comes late and goes late: one that stands stays until the open room
 * is clearly the better one again, so that it does not flicker where two bands meet.
 */
export function lookAround(before: Moving | null, look: Look): Moving {
  if (before === null || before.roomId !== look.roomId) {
    return { roomId: look.roomId, origin: look.location, move: null, declined: before?.declined ?? [] };
  }
  const move = suggest(before, look);
  return isSame(move, before.move) ? before : { ...before, move };
}

function suggest({ origin, move, roomId, declined }: Moving, { location, rooms, isCut }: Look): Move | null {
  const away = distanceOf(rooms, roomId, isCut);
  const nearest = rooms.find(({ id }) => id !== roomId);
  const stands = move?.kind === 'room' && nearest?.id === move.room.id ? nearest.distance < away : false;
  if (stands && nearest) return { kind: 'room', room: nearest };
  if (move?.kind === 'new' && away > earshot / 2 && !isWithin(nearest, earshot)) return move;

  if (metresBetween(origin, location) < stride || away <= nearEnough) return null;
  if (nearest !== undefined && isWithin(nearest, earshot)) {
    const matters = away > earshot || nearest.distance * muchNearer <= away;
    return matters && !declined.includes(nearest.id) ? { kind: 'room', room: nearest } : null;
  }
  return away > earshot && !declined.includes(roomId) ? { kind: 'new' } : null;
}

/** How far the open room is at least, as far as the answer tells. */
function distanceOf(rooms: readonly NearbyRoom[], roomId: string, isCut: boolean): number {
  const found = rooms.find(({ id }) => id === roomId);
  return found?.distance ?? (isCut ? (rooms.at(-1)?.distance ?? 0) : Number.POSITIVE_INFINITY);
}

const isWithin = (room: NearbyRoom | undefined, metres: number) => room !== undefined && room.distance <= metres;

function isSame(a: Move | null, b: Move | null): boolean {
  if (a?.kind !== 'room' || b?.kind !== 'room') return a?.kind === b?.kind;
  return a.room.id === b.room.id && a.room.distance === b.room.distance && a.room.name === b.room.name;
}

/** The person stays: this is not suggested again. */
export function decline(moving: Moving): Moving {
  if (moving.move === null) return moving;
  const id = moving.move.kind === 'room' ? moving.move.room.id : moving.roomId;
  return { ...moving, move: null, declined: [...moving.declined, id] };
}
