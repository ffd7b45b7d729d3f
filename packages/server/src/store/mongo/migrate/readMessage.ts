import { isDeepStrictEqual } from 'node:util';
import {
  dateFromExtendedJson,
  idFromBson,
  isObjectId,
  limits,
  lineSchema,
  paragraphSchema,
  roomIdSchema,
  userIdSchema,
} from '@earshot/shared';
import type { ObjectId } from 'mongodb';
import { z } from 'zod';
import type { MessageDocument } from '../collections.ts';

/** A message without its numbers. */
export type NumberlessMessage = Omit<MessageDocument, 'seq' | 'updated_seq' | 'taken_seqs'>;

export type ReadMessage = { message: NumberlessMessage } | { reason: string };

/** RFC 3339 has four digits for the year. A page of history that began outside these could not express its start. */
const firstTime = new Date('0000-01-01T00:00:00.000Z');
const lastTime = new Date('9999-12-31T23:59:59.999Z');

/**
 * Converts a time written by the original service, a BSON date or RFC 3339 text; returns null for any other value, or outside the years 0
 * to 9999.
 */
export function timeFrom(value: unknown): Date | null {
  try {
    const time = value instanceof Date ? value : dateFromExtendedJson(value);
    return time >= firstTime && time <= lastTime ? time : null;
  } catch {
    return null;
  }
}

/** Describes the error without the value itself: reasons may be logged or displayed anywhere. */
const expects = (expected: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : `is not ${expected}`),
});

const text = z.string(expects('text'));
/** An id of a room or a user: text, or an ObjectId, which becomes its hex. */
const reference = z.preprocess((value) => (isObjectId(value) ? idFromBson(value) : value), text);
const outOfRange = 'is not in the years 0 to 9999';
const time = z.preprocess(
  (value) => timeFrom(value) ?? value,
  z.date(expects('a time')).min(firstTime, outOfRange).max(lastTime, outOfRange),
);
const reaction = z.object(
  { user_id: reference.pipe(userIdSchema), emoji: text.pipe(lineSchema(limits.emojiUnits)) },
  expects('a reaction'),
);
const unboundedLine = lineSchema(Number.POSITIVE_INFINITY);

const originalMessage = z.object({
  // A text id can't be used as a message id, and an `_id` can't be changed.
  _id: z.custom<ObjectId>(isObjectId, expects('an ObjectId')),
  room_id: reference.pipe(roomIdSchema),
  user_id: reference.pipe(userIdSchema),
  username: text.nullish(),
  content: text.nullish(),
  timestamp: time,
  edited_at: time.nullish(),
  deleted: z.boolean(expects('true or false')).nullish(),
  reactions: z.array(reaction, expects('a list')).nullish(),
});

/**
 * Converts a message of the original service to Earshot's form, or returns the reason why it can't be read. Texts are cleaned like those of
 * new messages, so that no control character reaches a terminal; a deleted message becomes a tombstone.
 */
export function readMessage(document: unknown): ReadMessage {
  const { data, error } = originalMessage.safeParse(document);
  if (!data) return { reason: error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join(', ') };
  const { content, edited_at = null, reactions } = data;
  const deleted = data.deleted ?? false;
  if (!deleted && typeof content !== 'string') return { reason: 'content is missing' };
  return {
    message: {
      _id: data._id,
      room_id: data.room_id,
      user_id: data.user_id,
      username: unboundedLine.safeParse(data.username).data ?? data.user_id,
      content: deleted ? '' : (paragraphSchema.safeParse(content).data ?? ''),
      timestamp: data.timestamp,
      edited_at,
      deleted,
      reactions: deleted ? [] : withoutDuplicates(reactions ?? []),
    },
  };
}

/** Removes duplicates of one emoji by one user. */
function withoutDuplicates(reactions: MessageDocument['reactions']): MessageDocument['reactions'] {
  return [...new Map(reactions.map((one) => [JSON.stringify([one.user_id, one.emoji]), one])).values()];
}

/** Returns the fields whose stored values differ, or undefined if there are none. */
export function differences<T extends object>(document: object, fields: T): Partial<T> | undefined {
  const stored = new Map<string, unknown>(Object.entries(document));
  const different = Object.entries(fields).filter(([name, value]) => !isDeepStrictEqual(stored.get(name), value));
  return different.length > 0 ? (Object.fromEntries(different) as Partial<T>) : undefined;
}
