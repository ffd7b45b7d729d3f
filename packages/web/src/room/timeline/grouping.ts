import type { Message, PendingMessage } from '@earshot/client';
import { firstAfter, isAfter, type LogPosition } from './logPosition.ts';

/** Messages of one author under one name that are closer than this, in milliseconds, stand together. */
export const groupMs = 5 * 60_000;

/**
 * One row of the list: always one message, sent or on its way. What stands above it (day, unread line) is part of it, so
 * the rows after a page that is put before them stay the same rows.
 */
export interface Row {
  /** Stays the same while a message goes from pending to sent. */
  readonly key: string;
  readonly body: { readonly sent: Message } | { readonly pending: PendingMessage };
  readonly own: boolean;
  readonly at: Date;
  /** The first of its day. */
  readonly startsDay: boolean;
  /** The first that was not seen. */
  readonly startsUnread: boolean;
  readonly startsGroup: boolean;
  readonly endsGroup: boolean;
}

interface RowsInput {
  messages: readonly Message[];
  pending: readonly PendingMessage[];
  /** Who looks. */
  userId: string;
  /** The last message above the unread line; null: no line. */
  lineAfter: LogPosition | null;
  /** Whether there is anything before the first message. */
  hasOlder: boolean;
}

/** `author`: who wrote it, under which name where that is shown. */
type RowSource = Pick<Row, 'key' | 'body' | 'own' | 'at'> & { author: string };

/** The rows of the list: the room's messages, then the user's own that are on their way. */
export function toRows(input: RowsInput): Row[] {
  const { messages, pending, userId } = input;
  const entries = [
    ...messages.map((message) => sentEntry(message, userId)),
    ...pending.map((message) => pendingEntry(message, userId)),
  ];
  const unreadAt = firstUnread(input);
  // Whether the first row starts a day is only known when nothing is before it.
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

// Other users may choose the same ids for their messages: only one's own are known by them.
const ownKey = (clientMessageId: string) => `own:${clientMessageId}`;

/** The row that the unread line stands above; -1 for none, or while the last one seen is not loaded. */
function firstUnread({ messages, lineAfter, hasOlder, userId }: RowsInput): number {
  const first = messages[0];
  if (lineAfter === null || first === undefined || (hasOlder && isAfter(first, lineAfter))) return -1;
  const start = firstAfter(messages, lineAfter);
  return messages.findIndex((message, index) => index >= start && message.userId !== userId);
}

function continues(before: RowSource | undefined, entry: RowSource): boolean {
  return before?.author === entry.author && entry.at.getTime() - before.at.getTime() < groupMs;
}

/** Whether both are on one day where the user is. */
function isSameDay(a: Date | undefined, b: Date): boolean {
  return (
    a !== undefined &&
    a.getDate() === b.getDate() &&
    a.getMonth() === b.getMonth() &&
    a.getFullYear() === b.getFullYear()
  );
}
