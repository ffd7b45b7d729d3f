import type { Message, PendingMessage } from '@earshot/client';
import { firstAfter, isAfter, type ReadMarker } from './readMarker.ts';

/** Messages of one author under one name form a group if they are less than this many milliseconds apart. */
export const groupMs = 5 * 60_000;

/**
 * A row of the list: exactly one message, sent or pending. The lines above it (day, unread) are part of it, so that the
 * rows after a prepended page stay the same.
 */
export interface Row {
  /** Stays the same when a pending message is sent. */
  readonly key: string;
  readonly body: { readonly sent: Message } | { readonly pending: PendingMessage };
  readonly own: boolean;
  readonly at: Date;
  /** Whether it is the first of its day. */
  readonly startsDay: boolean;
  /** Whether it is the first unread message. */
  readonly startsUnread: boolean;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

interface RowsInput {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  /** The id of the user of this page. */
  userId: string;
  /** The last message above the unread line; null for no line. */
  lineAfter: ReadMarker | null;
  /** Whether older messages exist before the first one. */
  hasOlder: boolean;
}

/** `author` combines the user id with the name, where that is shown. */
type RowSource = Pick<Row, 'key' | 'body' | 'own' | 'at'> & { author: string };

/** The rows of the list: the room's messages, then the user's own pending ones. */
export function toRows(input: RowsInput): Row[] {
  const { messages, pending, userId } = input;
  const entries = [
    ...messages.map((message) => sentEntry(message, userId)),
    ...pending.map((message) => pendingEntry(message, userId)),
  ];
  const unreadAt = firstUnread(input);
  // Whether the first row starts a day is known only if nothing precedes it.
  const startsDay = entries.map(({ at }, index) =>
    index === 0 ? !input.hasOlder : !isSameDay(entries[index - 1]?.at, at),
  );
  const startsGroup = entries.map(
    (entry, index) => startsDay[index] === true || index === unreadAt || !continues(entries[index - 1], entry),
  );
  return entries.map(({ key, body, own, at }, index) => ({
    key,
    body,
    own,
    at,
    startsDay: startsDay[index] ?? true,
    startsUnread: index === unreadAt,
    startsGroup: startsGroup[index] ?? true,
    endsGroup: startsGroup[index + 1] ?? true,
  }));
}

function sentEntry(message: Message, userId: string): RowSource {
  const { id, clientMessageId, timestamp: at } = message;
  const own = message.userId === userId;
  const author = own ? userId : `${message.userId} ${message.username}`;
  return { key: own && clientMessageId ? ownKey(clientMessageId) : id, body: { sent: message }, own, at, author };
}

function pendingEntry(pending: PendingMessage, userId: string): RowSource {
  return { key: ownKey(pending.clientMessageId), body: { pending }, own: true, at: pending.sentAt, author: userId };
}

// Other users may choose the same ids for their messages, so only the user's own are keyed by them.
const ownKey = (clientMessageId: string) => `own:${clientMessageId}`;

/** The row that the unread line stands above; -1 for none, or while the last message seen is not loaded. */
function firstUnread({ messages, lineAfter, hasOlder, userId }: RowsInput): number {
  const first = messages[0];
  if (lineAfter === null || first === undefined || (hasOlder && isAfter(first, lineAfter))) return -1;
  const start = firstAfter(messages, lineAfter);
  return messages.findIndex((message, index) => index >= start && message.userId !== userId);
}

function continues(before: RowSource | undefined, entry: RowSource): boolean {
  return before?.author === entry.author && entry.at.getTime() - before.at.getTime() < groupMs;
}

/** Whether both times are on the same day in the user's time zone. */
function isSameDay(a: Date | undefined, b: Date): boolean {
  return (
    a !== undefined &&
    a.getDate() === b.getDate() &&
    a.getMonth() === b.getMonth() &&
    a.getFullYear() === b.getFullYear()
  );
}
