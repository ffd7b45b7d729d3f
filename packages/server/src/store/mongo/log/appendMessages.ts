import { changeTime, idFromBson, idToBson, newId, type Position } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import type { CommitEntry } from '../../../async/groupCommit.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import { nextTimestamp } from '../../nextTimestamp.ts';
import type { LogHead, NewMessage } from '../../store.ts';
import { ConflictBackoff } from '../callTracker.ts';
import type { MessageDocument } from '../collections.ts';
import { messageFields, toMessage } from '../documents.ts';
import { toPosition } from './headQueries.ts';
import type { LogContext, Written } from './logContext.ts';
import type { RoomHead } from './roomHeads.ts';
import type { DuplicateKind, Inserted } from './sharedInserts.ts';

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
export function appendMessages(context: LogContext, roomId: string, appends: readonly QueuedAppend[]): Promise<void> {
  return new AppendBatch(context, roomId, appends).store();
}

class AppendBatch {
  readonly #context: LogContext;
  readonly #roomId: string;
  #waiting: PendingInsert[];
  /** Used until its answer turns out to be out of date. */
  #findHead: FindHead | undefined;

  constructor(context: LogContext, roomId: string, appends: readonly QueuedAppend[]) {
    this.#context = context;
    this.#roomId = roomId;
    // Each document gets its id once, so that no retry stores a message twice.
    this.#waiting = appends.map(({ message, entry }) => ({ entry, document: newDocument(message, context.clock()) }));
    this.#findHead = appends[0]?.findHead;
  }

  /** Stores the messages. All steps are in one async function: with many rooms, each further one that waits costs a dozen objects a message. */
  async store(): Promise<void> {
    const { roomHeads } = this.#context;
    const backoff = new ConflictBackoff();
    while (this.#waiting.length > 0) {
      const before = this.#waiting.length;
      const knownHead = this.#findHead?.();
      const roomHead =
        roomHeads.known(this.#roomId, knownHead && toRoomHead(knownHead)) ?? (await roomHeads.read(this.#roomId));
      const { inserted, duplicateKind } = await this.#insertAfter(roomHead);
      if (inserted > 0) this.#resolveFirst(inserted);
      const refused = this.#waiting[0];
      if (refused && duplicateKind) await this.#onRefused(refused.document, duplicateKind);
      if (this.#waiting.length === before) await backoff.wait();
    }
  }

  #insertAfter(roomHead: RoomHead): Promise<Inserted> {
    const { inserts, clock } = this.#context;
    let { seq, time, newestAt } = roomHead;
    for (const { document } of this.#waiting) {
      seq += 1;
      time = nextTimestamp(clock(), Math.max(time, newestAt));
      newestAt = time;
      assignSeq(document, { seq, time });
    }
    return inserts.insert(
      this.#roomId,
      this.#waiting.map(({ document }) => document),
    );
  }

  /** Resolves the first entries, whose messages were inserted. */
  #resolveFirst(count: number): void {
    const { roomHeads, lastMessageTimes } = this.#context;
    const stored = this.#waiting.splice(0, count);
    const last = stored.at(-1)?.document;
    if (last) {
      roomHeads.record(this.#roomId, { ...toPosition(last), newestAt: last.timestamp.getTime() });
      lastMessageTimes.note(this.#roomId, last.timestamp);
    }
    for (const { entry, document } of stored) entry.resolve({ message: toMessage(document), isNew: true });
  }

  async #onRefused(refused: MessageDocument, duplicateKind: DuplicateKind): Promise<void> {
    if (duplicateKind !== 'seq') return this.#resolveStored(this.#storedFilter(duplicateKind, refused));
    this.#findHead = undefined;
    this.#context.roomHeads.forget(this.#roomId);
  }

  /** Returns a filter that finds the message already stored, and the other waiting messages that may be stored too. */
  #storedFilter(duplicateKind: Exclude<DuplicateKind, 'seq'>, refused: MessageDocument): Filter<MessageDocument> {
    if (duplicateKind === 'id') return { _id: { $in: this.#waiting.map(({ document }) => document._id) } };
    const { user_id } = refused;
    const clientMessageIds = this.#waiting.flatMap(({ document }) =>
      document.user_id === user_id ? document.client_message_id : [],
    );
    return {
      room_id: this.#roomId,
      user_id,
      client_message_id: { $in: clientMessageIds.filter((id) => id !== undefined) },
    };
  }

  /**
   * Resolves the entries whose message is stored. A message that may still be rolled back is not found yet: its insert is retried, and
   * rejected again, until the outcome is final.
   */
  async #resolveStored(filter: Filter<MessageDocument>): Promise<void> {
    const { messages } = this.#context;
    const found = await withCallTimeout(messages.find(filter).project<MessageDocument>(messageFields).toArray());
    this.#waiting = this.#waiting.filter(({ entry, document }) => {
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
