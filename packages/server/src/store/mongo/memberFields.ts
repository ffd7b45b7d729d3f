import { nameKey } from '@earshot/shared/lookalikes';

export interface MemberDocument extends Partial<NameFields> {
  room_id: string;
  user_id: string;
  username: string;
  joined_at: Date;
}

/** By which a member is found by name. They are missing in members of earlier versions: see memberNameFill.ts. */
interface NameFields {
  name_key: string | null;
  /** The map cell of the room; null: it has none. */
  cell: string | null;
}

export const nameFields = (username: string, cell: string | null): NameFields => ({
  name_key: nameKey(username),
  cell,
});

/** By which members are found by name: on the server, in a room, in a map cell. */
export const memberNameIndexes = {
  server: { name_key: 1, user_id: 1 },
  room: { room_id: 1, name_key: 1, user_id: 1 },
  cell: { cell: 1, name_key: 1, user_id: 1 },
} as const;
