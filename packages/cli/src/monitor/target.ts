import { type Location, locationSchema, roomIdSchema } from '@earshot/shared';

export type Wire = 'trpc' | 'legacy';

/** A room as named on the command line: the one near a location, or by its id. */
export type RoomName = { text: string; location: Location } | { text: string; id: string };

/** The server, the wires and the rooms to watch. */
export interface Target {
  /** The server's base, e.g. `http://localhost:3001`. */
  base: string;
  wires: Wire[];
  rooms: RoomName[];
}

/** An error in the command line, as a sentence. */
export class UsageError extends Error {}

interface Arguments {
  url: string;
  rooms: readonly string[];
  /** The wire to use if the URL names none. */
  wire?: Wire | 'both' | undefined;
}

/**
 * Reads `ws://host/ws/<location_id>` (the legacy protocol), `http://host/trpc`, or a server's base URL. For a base URL,
 * `wire` decides; the default is tRPC. Throws a UsageError.
 */
export function readTarget({ url: text, rooms, wire }: Arguments): Target {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url === null ? undefined : schemes[url.protocol];
  if (url === null || scheme === undefined) {
    throw new UsageError(`“${text}” is not a URL that starts with http://, https://, ws:// or wss://.`);
  }
  if (url.username || url.password)
    throw new UsageError('The URL must not contain a user name or password. Use --token.');
  const { prefix, named, room } = readPath(url.pathname);
  const wires = choose(named, wire);
  return {
    base: `${scheme}//${url.host}${prefix}`,
    wires,
    rooms: [...(room === null ? [] : [room]), ...rooms].map(readRoom),
  };
}

const schemes: Record<string, 'http:' | 'https:'> = {
  'http:': 'http:',
  'ws:': 'http:',
  'https:': 'https:',
  'wss:': 'https:',
};

interface Path {
  prefix: string;
  /** The wire that the path names; null if none. */
  named: Wire | null;
  room: string | null;
}

function readPath(pathname: string): Path {
  const legacy = /^(.*)\/ws(?:\/([^/]*))?\/?$/.exec(pathname);
  if (legacy) return { prefix: legacy[1] ?? '', named: 'legacy', room: decode(legacy[2]) };
  const trpc = /^(.*)\/trpc\/?$/.exec(pathname);
  if (trpc) return { prefix: trpc[1] ?? '', named: 'trpc', room: null };
  return { prefix: pathname.replace(/\/+$/, ''), named: null, room: null };
}

function decode(segment = ''): string | null {
  try {
    return decodeURIComponent(segment) || null;
  } catch {
    throw new UsageError(`“${segment}” in the URL is not percent-encoded UTF-8.`);
  }
}

function choose(named: Wire | null, wire: Arguments['wire']): Wire[] {
  if (named === null) return wire === 'both' ? ['trpc', 'legacy'] : [wire ?? 'trpc'];
  if (wire !== undefined && wire !== named)
    throw new UsageError(`The URL is for the ${named} wire, but --wire is ${wire}.`);
  return [named];
}

function readRoom(text: string): RoomName {
  const coordinates = /^([+-]?\d+(?:\.\d+)?),([+-]?\d+(?:\.\d+)?)$/.exec(text);
  if (coordinates) {
    const location = locationSchema.safeParse({ latitude: Number(coordinates[1]), longitude: Number(coordinates[2]) });
    if (location.success) return { text, location: location.data };
    throw new UsageError(`“${text}” is not a location: latitudes are from -90 to 90, and longitudes from -180 to 180.`);
  }
  const id = roomIdSchema.safeParse(text);
  if (id.success) return { text, id: id.data };
  throw new UsageError(`“${text}” is not a room id: it ${id.error.issues[0]?.message ?? 'is not valid'}.`);
}

/** The URL of the legacy WebSocket of a room. */
export function legacyAddress(base: string, locationId: string): string {
  return `${base.replace(/^http/, 'ws')}/ws/${encodeURIComponent(locationId)}`;
}

/** The URL of tRPC's WebSocket, for raw connections. */
export function trpcAddress(base: string): string {
  return `${base.replace(/^http/, 'ws')}/trpc?connectionParams=1`;
}
