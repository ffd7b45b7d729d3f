import { changeTime, idFromBson, idToBson, newId, type Position } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import type { CommitEntry } from '../../../async/groupCommit.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import { nextTimestamp } from '../../nextTimestamp.ts';
import type { LogHead, NewMessage } from '../../store.ts';
import { retryOnConflict } from '../callTracker.ts';
import type { MessageDocument } from '../collections.ts';
import { messageFields, toMessage } from '../documents.ts';
import { toPosition } from './headQueries.ts';
import type { LogContext, Written } from './logContext.ts';
import type { RoomHead } from './roomHeads.ts';
import type { DuplicateKind } from './sharedInserts.ts';

/** Returns the head of the log, at most a few seconds old, if the caller knows it. */
export type FindHead = () => LogHead | undefined;

export interface QueuedAppend {
  message: NewMessage;
  findHead: FindHead;
  entry: Pick<CommitEntry<unknown, Written>, 'resolve'>;
}

interface PendingInsert {
  entry: QueuedAppend['entry'];
  document: MessageDocument;
}

/**
 * Stores messages under the room's next numbers, in order. An ordered insert stops at the first rejected document, so that no later number
 * is written past a missing one; the remaining documents are then numbered again.
 */
export async function appendMessages(
  context: LogContext,
  roomId: string,
  appends: readonly QueuedAppend[],
): Promise<void> {
  const { messages, inserts, roomHeads, lastMessageTimes, clock } = context;
  // Each document gets its id once, so that no retry stores a message twice.
  let waiting: PendingInsert[] = appends.map(({ message, entry }) => ({
    entry,
    document: newDocument(message, clock()),
  }));

  /** Used until its answer turns out to be out of date. */
  let findHead = appends[0]?.findHead;

  await retryOnConflict(async () => {
    while (waiting.length > 0) {
      const before = waiting.length;
      await insertWaiting();
      if (waiting.length === before) return null;
    }
    return true;
  });

  async function insertWaiting(): Promise<void> {
    const knownHead = findHead?.();
    let roomHead = await roomHeads.get(roomId, knownHead && toRoomHead(knownHead));
    for (const { document } of waiting) {
      const time = nextTimestamp(clock(), Math.max(roomHead.time, roomHead.newestAt));
      roomHead = { seq: roomHead.seq + 1, time, newestAt: time };
      assignSeq(document, roomHead);
    }
    const { inserted, duplicateKind } = await inserts.insert(
      roomId,
      waiting.map(({ document }) => document),
    );
    const last = waiting[inserted - 1]?.document;
    if (last) {
      roomHeads.record(roomId, { ...toPosition(last), newestAt: last.timestamp.getTime() });
      lastMessageTimes.note(roomId, last.timestamp);
    }
    for (const { entry, document } of waiting.splice(0, inserted)) {
      entry.resolve({ message: toMessage(document), isNew: true });
    }
    const refused = waiting[0];
    if (refused === undefined || duplicateKind === undefined) return;
    if (duplicateKind === 'seq') {
      findHead = undefined;
      roomHeads.forget(roomId);
    } else await resolveStored(storedFilter(duplicateKind, refused.document));
  }

  /** Returns a filter that finds the message already stored, and the other waiting messages that may be stored too. */
  function storedFilter(
    duplicateKind: Exclude<DuplicateKind, 'seq'>,
    refused: MessageDocument,
  ): Filter<MessageDocument> {
    if (duplicateKind === 'id') return { _id: { $in: waiting.map(({ document }) => document._id) } };
    const { user_id } = refused;
    const clientMessageIds = waiting.flatMap(({ document }) =>
      document.user_id === user_id ? document.client_message_id : [],
    );
    return { room_id: roomId, user_id, client_message_id: { $in: clientMessageIds.filter((id) => id !== undefined) } };
  }

  /**
   * Resolves the entries whose message is stored. A message that may still be rolled back is not found yet: its insert is retried, and
   * rejected again, until the outcome is final.
   */
  async function resolveStored(filter: Filter<MessageDocument>): Promise<void> {
    const found = await withCallTimeout(messages.find(filter).project<MessageDocument>(messageFields).toArray());
    waiting = waiting.filter(({ entry, document }) => {
      const same = found.find((one) => isSame(one, document));
      if (same) entry.resolve({ message: toMessage(same), isNew: sameId(same, document) });
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

function toRoomHead(head: LogHead): RoomHead {
  return { seq: head.seq, time: changeTime(head), newestAt: head.timestamp.getTime() };
}

/** Assigns the next position of the log to the message. */
function assignSeq(document: MessageDocument, { seq, time }: Position): void {
  document.seq = seq;
  document.updated_seq = seq;
  document.taken_seqs = [seq];
  document.timestamp = new Date(time);
}
