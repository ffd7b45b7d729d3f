import type { EarshotClient, RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useMemo } from 'react';
import type { Scope } from '../sanctions/scope.ts';
import { type Loaded, useLoaded } from './useLoaded.ts';

/** Where the user is a moderator. */
export interface NamedScope {
  readonly key: string;
  readonly scope: Scope;
  /** The name of the room, or the nearest place of the area; null for the server. */
  readonly name: string | null;
}

/** The id of the room in an address like `/moderate?room=64fe...`; null for none. */
export const roomInAddress = (): string | null => new URLSearchParams(location.search).get('room');

/** The key of the scope of a room. */
export const roomKey = (roomId: string) => `room ${roomId}`;

/** Rooms whose names are loaded. */
const roomsMax = 20;

/** The scopes of the user's roles: the server first, then areas and rooms. */
export function useScopes(): Loaded<readonly NamedScope[]> {
  const client = useEarshot();
  return useLoaded(useMemo(() => (client === null ? null : () => loadScopes(client, roomInAddress())), [client]));
}

/** `asked`: the room that the address names, whose owner the user may be. */
async function loadScopes({ trpc }: EarshotClient, asked: string | null): Promise<readonly NamedScope[]> {
  const session = await trpc.auth.session.query();
  const { roles, areas } = session;
  const rooms = [...new Set([...(asked === null ? [] : [asked]), ...session.rooms])];
  const names = await Promise.all(rooms.slice(0, roomsMax).map((roomId) => nameOf(trpc, roomId)));
  return [
    ...(roles.length > 0 ? [{ key: 'server', scope: { type: 'server' } as const, name: null }] : []),
    ...areas.map((location) => ({
      key: areaKey(location),
      scope: { type: 'area', location } as const,
      name: areaKey(location),
    })),
    ...rooms.slice(0, roomsMax).map((roomId, index) => ({
      key: roomKey(roomId),
      scope: { type: 'room', roomId } as const,
      name: names[index] ?? roomId,
    })),
  ];
}

const areaKey = ({ latitude, longitude }: RouterOutputs['auth']['session']['areas'][number]) =>
  `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;

const nameOf = (trpc: EarshotClient['trpc'], roomId: string): Promise<string> =>
  trpc.rooms.get.query({ roomId }).then(
    ({ name }) => name,
    () => roomId, // it may have been removed
  );
