import type { SQLOutputValue } from 'node:sqlite';
import type { Reaction } from '@earshot/shared/plain';
import { shownReactions } from '../reactionSummary.ts';
import type { LoggedMessage, RoomDescription, StoredRoom } from '../store.ts';

export type Row = Record<string, SQLOutputValue>;

/** The columns that `toMessage` reads. */
export const messageColumns =
  'id, room_id, seq, updated_seq, user_id, username, content, client_message_id, timestamp, updated_at, edited_at, deleted, removed_by, reactions, description';

export function toMessage(row: Row): LoggedMessage {
  return {
    id: text(row.id),
    roomId: text(row.room_id),
    seq: number(row.seq),
    updatedSeq: number(row.updated_seq),
    userId: text(row.user_id),
    username: text(row.username),
    content: text(row.content),
    ...(row.client_message_id === null ? {} : { clientMessageId: text(row.client_message_id) }),
    timestamp: new Date(number(row.timestamp)),
    ...(row.updated_at === null ? {} : { updatedAt: new Date(number(row.updated_at)) }),
    editedAt: row.edited_at === null ? null : new Date(number(row.edited_at)),
    deleted: row.deleted === 1,
    ...(row.removed_by === null ? {} : { removedBy: 'moderator' as const }),
    reactions: shownReactions(decodeReactions(text(row.reactions))),
    ...(row.description === null ? {} : { description: decodeDescription(text(row.description)) }),
  };
}

export function toRoom(row: Row): StoredRoom {
  return {
    id: text(row.id),
    name: text(row.name),
    title: textOrNull(row.title),
    topic: textOrNull(row.topic),
    createdBy: textOrNull(row.created_by),
    cell: row.cell === null ? null : text(row.cell),
    createdAt: new Date(number(row.created_at)),
    lastMessageAt: row.last_message_at === null ? null : new Date(number(row.last_message_at)),
  };
}

/** Encodes a summary of reactions for a message's row. */
export const encodeReactions = (summary: readonly Reaction[]): string =>
  JSON.stringify(summary.map(({ emoji, count, userIds }) => [emoji, count, userIds]));

export function decodeReactions(json: string): Reaction[] {
  const summary: [emoji: string, count: number, userIds: string[]][] = JSON.parse(json);
  return summary.map(([emoji, count, userIds]) => ({ emoji, count, userIds }));
}

function decodeDescription(json: string): RoomDescription {
  return JSON.parse(json);
}

export const textOrNull = (value: SQLOutputValue | undefined): string | null => (value === null ? null : text(value));

export function text(value: SQLOutputValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError('a column of the database has no text where text is expected');
  return value;
}

export function number(value: SQLOutputValue | undefined): number {
  if (typeof value !== 'number')
    throw new TypeError('a column of the database has no number where a number is expected');
  return value;
}
