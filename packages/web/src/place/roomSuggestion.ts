import type { Location, NearbyRoom } from '@earshot/client';
import { metresBetween } from './sphere.ts';

/** What a move suggests: a room that is nearer now, or a new one where there is none. */
export type RoomSuggestion = { kind: 'room'; room: NearbyRoom } | { kind: 'new' };

/** Where one was when the open room was entered, what is suggested, and what was declined. */
export interface SuggestionState {
  roomId: string;
  origin: Location;
  suggestion: RoomSuggestion | null;
  /** Ids of rooms that shall not be suggested again; for a new room, the id of the one that was stayed in. */
  declined: readonly string[];
}

export interface Surroundings {
  roomId: string;
  location: Location;
  /** The rooms around, nearest first. */
  rooms: readonly NearbyRoom[];
  /** Whether there may be more than those, farther away. */
  isCut: boolean;
}

/** Metres before a move is one: below, rooms do not tell where they are. Who opened a far room meant to. */
const moveMinMetres = 400;
/** Metres within which the open room is near enough, whatever else there is. */
const nearEnoughMetres = 1_000;
/** Metres within which a join by place would have found the open room. */
const joinRadiusMetres = 5_000;
/** A room must be this many times nearer: two of the server's bands, so that one step over a border is not enough. */
const muchNearer = 4;

/**
 * The next state after a look around. A suggestion comes late and goes late: one that stands stays until the open room
 * is clearly the better one again, so that it does not flicker where two bands meet.
 */
export function updateSuggestion(before: SuggestionState | null, surroundings: Surroundings): SuggestionState {
  if (before === null || before.roomId !== surroundings.roomId) {
    return {
      roomId: surroundings.roomId,
      origin: surroundings.location,
      suggestion: null,
      declined: before?.declined ?? [],
    };
  }
  const suggestion = suggest(before, surroundings);
  return isSame(suggestion, before.suggestion) ? before : { ...before, suggestion };
}

function suggest(
  { origin, suggestion, roomId, declined }: SuggestionState,
  { location, rooms, isCut }: Surroundings,
): RoomSuggestion | null {
  const away = distanceOf(rooms, roomId, isCut);
  const nearest = rooms.find(({ id }) => id !== roomId);
  const stands = suggestion?.kind === 'room' && nearest?.id === suggestion.room.id ? nearest.distance < away : false;
  if (stands && nearest) return { kind: 'room', room: nearest };
  if (suggestion?.kind === 'new' && away > joinRadiusMetres / 2 && !isWithin(nearest, joinRadiusMetres))
    return suggestion;

  if (metresBetween(origin, location) < moveMinMetres || away <= nearEnoughMetres) return null;
  if (nearest !== undefined && isWithin(nearest, joinRadiusMetres)) {
    const matters = away > joinRadiusMetres || nearest.distance * muchNearer <= away;
    return matters && !declined.includes(nearest.id) ? { kind: 'room', room: nearest } : null;
  }
  return away > joinRadiusMetres && !declined.includes(roomId) ? { kind: 'new' } : null;
}

/** How far the open room is at least, as far as the answer tells. */
function distanceOf(rooms: readonly NearbyRoom[], roomId: string, isCut: boolean): number {
  const found = rooms.find(({ id }) => id === roomId);
  return found?.distance ?? (isCut ? (rooms.at(-1)?.distance ?? 0) : Number.POSITIVE_INFINITY);
}

const isWithin = (room: NearbyRoom | undefined, metres: number) => room !== undefined && room.distance <= metres;

function isSame(a: RoomSuggestion | null, b: RoomSuggestion | null): boolean {
  if (a?.kind !== 'room' || b?.kind !== 'room') return a?.kind === b?.kind;
  return a.room.id === b.room.id && a.room.distance === b.room.distance && a.room.name === b.room.name;
}

/** The person stays: this is not suggested again. */
export function decline(state: SuggestionState): SuggestionState {
  if (state.suggestion === null) return state;
  const id = state.suggestion.kind === 'room' ? state.suggestion.room.id : state.roomId;
  return { ...state, suggestion: null, declined: [...state.declined, id] };
}
