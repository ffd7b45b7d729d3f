import type { Location, NearbyRoom } from '@earshot/client';
import { distanceMetres, limits } from '@earshot/shared';

/** The suggestion after a move: a nearer room, or a new one if there is none. */
export type RoomSuggestion = { kind: 'room'; room: NearbyRoom } | { kind: 'new' };

/** The user's location when the open room was entered, the current suggestion, and the declined ones. */
export interface SuggestionState {
  roomId: string;
  origin: Location;
  suggestion: RoomSuggestion | null;
  /** Ids of rooms that are not suggested again. For a declined new room it is the id of the room that was open. */
  declined: readonly string[];
}

export interface Surroundings {
  roomId: string;
  location: Location;
  /** The nearby rooms, nearest first. */
  rooms: readonly NearbyRoom[];
  /** Whether the list is truncated and more rooms may lie farther away. */
  isTruncated: boolean;
}

/** Minimum metres of a move. Below that, the locations of rooms are too imprecise. A far room was opened on purpose. */
const moveMinMetres = 400;
/** Metres within which the open room is near enough, whatever other rooms exist. */
const nearEnoughMetres = 1_000;
/** Metres within which a join by location would have found the open room. */
const joinRadiusMetres = limits.searchRadiusDefault;
/** A room must be nearer by this factor: two of the server's distance bands, so that one step over a border is not enough. */
const muchNearer = 4;

/**
 * The next state after a search for nearby rooms. A suggestion appears late and disappears late: it stays until the
 * open room is clearly better again, so that it does not flicker at the border of two bands.
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
  { location, rooms, isTruncated }: Surroundings,
): RoomSuggestion | null {
  const openRoomDistance = distanceOf(rooms, roomId, isTruncated);
  const nearest = rooms.find(({ id }) => id !== roomId);
  const isStillNearer =
    suggestion?.kind === 'room' && nearest?.id === suggestion.room.id ? nearest.distance < openRoomDistance : false;
  if (isStillNearer && nearest) return { kind: 'room', room: nearest };
  if (suggestion?.kind === 'new' && openRoomDistance > joinRadiusMetres / 2 && !isWithin(nearest, joinRadiusMetres))
    return suggestion;

  if (distanceMetres(origin, location) < moveMinMetres || openRoomDistance <= nearEnoughMetres) return null;
  if (nearest !== undefined && isWithin(nearest, joinRadiusMetres)) {
    const isWorthwhile = openRoomDistance > joinRadiusMetres || nearest.distance * muchNearer <= openRoomDistance;
    return isWorthwhile && !declined.includes(nearest.id) ? { kind: 'room', room: nearest } : null;
  }
  return openRoomDistance > joinRadiusMetres && !declined.includes(roomId) ? { kind: 'new' } : null;
}

/** The distance of the open room in metres. If it is not in the list, a lower bound. */
function distanceOf(rooms: readonly NearbyRoom[], roomId: string, isTruncated: boolean): number {
  const found = rooms.find(({ id }) => id === roomId);
  return found?.distance ?? (isTruncated ? (rooms.at(-1)?.distance ?? 0) : Number.POSITIVE_INFINITY);
}

const isWithin = (room: NearbyRoom | undefined, metres: number) => room !== undefined && room.distance <= metres;

function isSame(a: RoomSuggestion | null, b: RoomSuggestion | null): boolean {
  if (a?.kind !== 'room' || b?.kind !== 'room') return a?.kind === b?.kind;
  return a.room.id === b.room.id && a.room.distance === b.room.distance && a.room.name === b.room.name;
}

/** Declines the suggestion, which is not made again. */
export function decline(state: SuggestionState): SuggestionState {
  if (state.suggestion === null) return state;
  const id = state.suggestion.kind === 'room' ? state.suggestion.room.id : state.roomId;
  return { ...state, suggestion: null, declined: [...state.declined, id] };
}
