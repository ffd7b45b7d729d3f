import { emptyPosition, type Position, positionOf } from '@earshot/shared';
import type { MessageDocument } from '../collections.ts';

/** The fields that make up the position after a message's latest change. */
export type ChangeFields = Pick<MessageDocument, 'seq' | 'updated_seq' | 'timestamp' | 'edited_at'> & {
  updated_at?: Date | null;
};

export const changeFields = { _id: 0, seq: 1, updated_seq: 1, timestamp: 1, edited_at: 1, updated_at: 1 } as const;

export function toPosition(fields: ChangeFields | null | undefined): Position {
  if (!fields) return emptyPosition;
  const { seq, updated_seq: updatedSeq, timestamp, edited_at: editedAt, updated_at } = fields;
  return positionOf({ seq, updatedSeq, timestamp, editedAt, updatedAt: updated_at ?? undefined });
}

/** The last message of a room. `_id` is the room's id. */
export type LastOfRoom = ChangeFields & { _id: string };

/** Finds the last message of each room, by change or by `seq`. */
export const lastOfEach = (roomIds: readonly string[], by: 'seq' | 'updated_seq') =>
  firstOfEach(roomIds, by, ['seq', 'updated_seq', 'timestamp', 'edited_at', 'updated_at']);

/** The newest message of a room, or the record of its title. `_id` is the room's id. */
export type NewestOfRoom = Pick<MessageDocument, (typeof newestFields)[number]> & { _id: string };

const newestFields = [
  'seq',
  'updated_seq',
  'user_id',
  'username',
  'content',
  'timestamp',
  'deleted',
  'description',
] as const;

/** Finds the newest message of each room, or the record of its title, with at most `chars` code points of its text. */
export const newestOfEach = (roomIds: readonly string[], chars: number) => [
  ...firstOfEach(roomIds, 'seq', newestFields),
  { $set: { content: { $substrCP: ['$content', 0, chars] } } },
];

/** Finds the newest message of a room before the record of its title, in the same form. */
export const newestBefore = (roomId: string, seq: number, chars: number) => [
  { $match: { room_id: roomId, seq: { $gt: 0, $lt: seq } } },
  { $sort: { seq: -1 } },
  { $limit: 1 },
  { $set: { _id: '$room_id', content: { $substrCP: ['$content', 0, chars] } } },
];

/**
 * In exactly this form, descending with `$first`, MongoDB answers with a DISTINCT_SCAN: one index key and one document per room. (With
 * `$max`, or ascending with `$last`, it reads every key of the rooms.)
 */
const firstOfEach = (
  roomIds: readonly string[],
  by: 'seq' | 'updated_seq',
  fields: readonly (keyof MessageDocument)[],
) => [
  { $match: { room_id: { $in: roomIds }, [by]: { $gt: 0 } } },
  { $sort: { room_id: -1, [by]: -1 } },
  { $group: { _id: '$room_id', ...Object.fromEntries(fields.map((field) => [field, { $first: `$${field}` }])) } },
];
