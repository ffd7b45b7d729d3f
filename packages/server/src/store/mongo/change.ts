import { changeTime, EarshotError, idToBson, type Message, type Position, positionOf } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { applyChange, placeChange } from '../applyChange.ts';
import type { Entry } from '../groupCommit.ts';
import { inTime } from '../inTime.ts';
import { nextChangeTime } from '../nextTimestamp.ts';
import type { MessageChange, MessageRef } from '../store.ts';
import { untilDone } from './calls.ts';
import { messageFields, toMessage, toReactions } from './documents.ts';
import type { LogContext, Written } from './logContext.ts';
import { isDuplicate } from './storeError.ts';

export interface Change {
  change: MessageChange;
  entry: Pick<Entry<unknown, Written>, 'resolve' | 'reject'>;
}

/**
 * For how many of its writes a message keeps the first number in `taken_seqs`, which has a unique index of its own.
 *
 * A changed message moves on to a later number and so leaves the index on `updated_seq` at its old one: an instance with
 * an old tail could take that number a second time. The list keeps it taken. The first number of a write is enough,
 * however many changes the write makes: a tail is always where a whole write ended, since no read sees part of one, and
 * feeds, which do, tell of a log's end only where that is a new message. So whoever numbers after an old tail begins with the first number of the write that came next, is refused there, and
 * writes nothing after it.
 *
 * The list is bounded, because one reaction can be switched on and off for ever. So a number comes free for an instance
 * that numbers after a tail from before the message's last 2,000 writes. A tail may be a second old when it is taken up,
 * or 5 s where a feed knows it and its broker lost all that came since; the write after it may take another 5 s, behind
 * other inserts 10, and longer where it was given up and still arrives. But the 2,000 follow each other, each a read
 * and a write that a majority has on disk: that took 4 to 8 s when it was measured, on one member. Only an instance that
 * hangs for so long, while another does nothing else, gets there.
 */
const takenSeqsKept = 2_000;

/**
 * Makes changes of one message, in order, as one write: each takes a number of its own, and the message ends up with
 * the last. That many react to one message at once is the usual case.
 */
export async function changeAll(context: LogContext, target: MessageRef, changes: readonly Change[]): Promise<void> {
  const { messages, tails, clock } = context;
  const { roomId, messageId } = target;
  const _id = idToBson(ObjectId, messageId);

  await untilDone(async () => {
    const [tail, document] = await Promise.all([
      tails.get(roomId),
      inTime(messages.findOne({ _id, room_id: roomId, updated_seq: { $gt: 0 } }, { projection: messageFields })),
    ]);
    if (!document) {
      for (const { entry } of changes) entry.reject(new EarshotError('MESSAGE_NOT_FOUND'));
      return true;
    }
    const before = toMessage(document);
    const { after, numbers, settle } = applyAll(before, changes, {
      // The message may have been read later than the tail.
      tail: before.updatedSeq > tail.seq ? positionOf(before) : tail,
      now: clock(),
    });
    if (numbers.length > 0 && !(await save(before, after, numbers))) {
      tails.forget(roomId);
      return null;
    }
    if (before.updatedSeq > tail.seq) tails.forget(roomId);
    else if (numbers.length > 0) tails.learn(roomId, { ...positionOf(after), newestAt: tail.newestAt });
    for (const tell of settle) tell();
    return true;
  });

  /** False when another instance was faster, at this message or with this number: then nothing was written. */
  async function save(before: Message, after: Message, numbers: number[]): Promise<boolean> {
    try {
      const update = {
        $set: {
          updated_seq: after.updatedSeq,
          updated_at: new Date(changeTime(after)),
          content: after.content,
          edited_at: after.editedAt,
          deleted: after.deleted,
          reactions: toReactions(after.reactions),
        },
        $push: { taken_seqs: { $each: numbers.slice(0, 1), $slice: -takenSeqsKept } },
      };
      const { matchedCount } = await inTime(
        messages.updateOne({ _id, room_id: roomId, updated_seq: before.updatedSeq }, update),
      );
      return matchedCount === 1;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

/** What the changes make of the message one after the other, the numbers they take, and what to tell each caller then. */
function applyAll(before: Message, changes: readonly Change[], { tail, now }: { tail: Position; now: number }) {
  const time = nextChangeTime(now, tail.time);
  let after = before;
  const numbers: number[] = [];
  const settle: (() => void)[] = [];
  for (const { change, entry } of changes) {
    try {
      const changed = applyChange(after, change, new Date(now));
      if (changed) {
        const seq = tail.seq + numbers.length + 1;
        numbers.push(seq);
        after = placeChange(changed, { seq, time });
      }
      const written = { message: after, fresh: changed !== null };
      settle.push(() => entry.resolve(written));
    } catch (error) {
      settle.push(() => entry.reject(error));
    }
  }
  return { after, numbers, settle };
}
