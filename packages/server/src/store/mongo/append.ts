import { changeTime, idFromBson, idToBson, newId, type Position } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import type { Entry } from '../groupCommit.ts';
import { inTime } from '../inTime.ts';
import { nextTimestamp } from '../nextTimestamp.ts';
import type { LogEnd, NewMessage } from '../store.ts';
import { untilDone } from './calls.ts';
import type { MessageDocument } from './collections.ts';
import { messageFields, toMessage } from './documents.ts';
import type { LogContext, Written } from './logContext.ts';
import { toPosition } from './logEnds.ts';
import type { Refusal } from './sharedInserts.ts';
import type { Tail } from './tails.ts';

/** Returns the head of the log, at most a few seconds old, if the caller knows it. */
export type FindEnd = () => LogEnd | undefined;

export interface Append {
  message: NewMessage;
  end: FindEnd;
  entry: Pick<Entry<unknown, Written>, 'resolve'>;
}

interface Waiting {
  entry: Append['entry'];
  document: MessageDocument;
}

/**
 * Stores messages under the room's next numbers, in order. An ordered insert stops at the first rejected document, so that no later number
 * is written past a missing one; the remaining documents are then numbered again.
 */
export async function appendAll(context: LogContext, roomId: string, appends: readonly Append[]): Promise<void> {
  const { messages, inserts, tails, lastMessageTimes, clock } = context;
  // Each document gets its id once, so that no retry stores a message twice.
  let waiting: Waiting[] = appends.map(({ message, entry }) => ({ entry, document: newDocument(message, clock()) }));

  /** Used until its answer turns out to be out of date. */
  let findEnd = appends[0]?.end;

  await untilDone(async () => {
    while (waiting.length > 0) {
      const before = waiting.length;
      await insertWaiting();
      if (waiting.length === before) return null;
    }
    return true;
  });

  async function insertWaiting(): Promise<void> {
    const end = findEnd?.();
    let tail = await tails.get(roomId, end && tailAfter(end));
    for (const { document } of waiting) {
      const time = nextTimestamp(clock(), Math.max(tail.time, tail.newestAt));
      tail = { seq: tail.seq + 1, time, newestAt: time };
      place(document, tail);
    }
    const { inserted, refusedBy } = await inserts.insert(
      roomId,
      waiting.map(({ document }) => document),
    );
    const last = waiting[inserted - 1]?.document;
    if (last) {
      tails.learn(roomId, { ...toPosition(last), newestAt: last.timestamp.getTime() });
      lastMessageTimes.note(roomId, last.timestamp);
    }
    for (const { entry, document } of waiting.splice(0, inserted)) {
      entry.resolve({ message: toMessage(document), fresh: true });
    }
    const refused = waiting[0];
    if (refused === undefined || refusedBy === undefined) return;
    if (refusedBy === 'number') {
      findEnd = undefined;
      tails.forget(roomId);
    } else await settleStored(stored(refusedBy, refused.document));
  }

  /** Returns a filter that finds the message already stored, and the other waiting messages that may be stored too. */
  function stored(refusedBy: Exclude<Refusal, 'number'>, refused: MessageDocument): Filter<MessageDocument> {
    if (refusedBy === 'id') return { _id: { $in: waiting.map(({ document }) => document._id) } };
    const { user_id } = refused;
    const names = waiting.flatMap(({ document }) => (document.user_id === user_id ? document.client_message_id : []));
    return { room_id: roomId, user_id, client_message_id: { $in: names.filter((name) => name !== undefined) } };
  }

  /**
   * Resolves the entries whose message is stored. A message that may still be rolled back is not found yet: its insert is retried, and
   * rejected again, until the outcome is final.
   */
  async function settleStored(filter: Filter<MessageDocument>): Promise<void> {
    const found = await inTime(messages.find(filter).project<MessageDocument>(messageFields).toArray());
    waiting = waiting.filter(({ entry, document }) => {
      const same = found.find((one) => isSame(one, document));
      if (same) entry.resolve({ message: toMessage(same), fresh: sameId(same, document) });
      return !same;
    });
  }
}

const sameId = (a: MessageDocument, b: MessageDocument) => idFromBson(a._id) === idFromBson(b._id);

function isSame(a: MessageDocument, b: MessageDocument): boolean {
  if (sameId(a, b)) return true;
  return a.client_message_id !== undefined && a.client_message_id === b.client_message_id && a.user_id === b.user_id;
}

function newDocument(message: NewMessage, now: number): MessageDocument {
  const { roomId, userId, username, content, clientMessageId } = message;
  return {
    _id: idToBson(ObjectId, newId(now)),
    room_id: roomId,
    seq: 0,
    updated_seq: 0,
    taken_seqs: [],
    user_id: userId,
    username,
    content,
    ...(clientMessageId === undefined ? {} : { client_message_id: clientMessageId }),
    timestamp: new Date(now),
    edited_at: null,
    deleted: false,
    reactions: [],
  };
}

function tailAfter(end: LogEnd): Tail {
  return { seq: end.seq, time: changeTime(end), newestAt: end.timestamp.getTime() };
}

/** Assigns the next position of the log to the message. */
function place(document: MessageDocument, { seq, time }: Position): void {
  document.seq = seq;
  document.updated_seq = seq;
  document.taken_seqs = [seq];
  document.timestamp = new Date(time);
}
