import { isId } from '@earshot/shared';

/** `place`: found by its location. `named`: found by the name that legacy clients gave it. Both are public. */
export const roomKinds = ['place', 'named'] as const;
export type RoomKind = (typeof roomKinds)[number];

/** Generated ids belong to rooms that the server made at a location. */
export const roomKind = (roomId: string): RoomKind => (isId(roomId) ? 'place' : 'named');
