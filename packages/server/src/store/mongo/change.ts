import { EarshotError, idToBson, type Message, type Position, positionOf } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { applyChange, placeChange } from '../applyChange.ts';
import type { Entry } from '../groupCommit.ts';
import { inTime } from '../inTime.ts';
import { nextChangeTime } from '../nextTimestamp.ts';
import { ReactionSet } from '../reactionSet.ts';
import type { MessageChange, MessageRef } from '../store.ts';
import { untilDone } from './calls.ts';
import { messageFields, toMessage } from './documents.ts';
import type { LogContext, Written } from './logContext.ts';
import { knownReactions } from './reactionFields.ts';
import { formerRows, readReactions } from './reactionRows.ts';
import { type Made, saveChange } from './saveChange.ts';

export interface Change {
  change: MessageChange;
  entry: Pick<Entry<unknown, Written>, 'resolve' | 'reject'>;
}

/**
 * Applies changes to one message, in order, as one write: each takes its own number, and the message ends up with the last. Typically, many
 * users react to one message at once.
 */
export async function changeAll(context: LogContext, target: MessageRef, changes: readonly Change[]): Promise<void> {
  const { messages, reactions: rows, tails, clock } = context;
  const { roomId, messageId } = target;
  const _id = idToBson(ObjectId, messageId);
  const reacts = changes.flatMap(({ change }) => (change.type === 'react' ? [change] : []));

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
    // The rows may be newer than the document. The document has then changed, and the write is rejected.
    const reactions = new ReactionSet(await readReactions(rows, { _id, document }, reacts));
    const applied = applyAll(before, changes, {
      reactions,
      // The message may have been read later than the head.
      tail: before.updatedSeq > tail.seq ? positionOf(before) : tail,
      now: clock(),
    });
    const { after, made, settle } = applied;
    if (made.length > 0) {
      const former = document.reaction_counts === undefined ? formerRows(roomId, _id, knownReactions(document)) : [];
      const saved = await saveChange(context, { _id, before, after, made, former, summary: reactions.summary });
      if (!saved) {
        tails.forget(roomId);
        return null;
      }
    }
    if (before.updatedSeq > tail.seq) tails.forget(roomId);
    else if (made.length > 0) tails.learn(roomId, { ...positionOf(after), newestAt: tail.newestAt });
    for (const tell of settle) tell();
    return true;
  });
}

interface ApplyContext {
  reactions: ReactionSet;
  tail: Position;
  now: number;
}

/**
 * Applies the changes to the message one after another. Returns the message, the effective changes with their numbers, and a function for
 * each caller that settles its entry.
 */
function applyAll(before: Message, changes: readonly Change[], { reactions, tail, now }: ApplyContext) {
  const time = nextChangeTime(now, tail.time);
  let after = before;
  const made: Made[] = [];
  const settle: (() => void)[] = [];
  for (const { change, entry } of changes) {
    try {
      const changed = applyChange(after, change, { now: new Date(time), reactions });
      if (changed) {
        const seq = tail.seq + made.length + 1;
        made.push({ change, seq });
        after = placeChange(changed, { seq, time });
      }
      const written = { message: after, fresh: changed !== null };
      settle.push(() => entry.resolve(written));
    } catch (error) {
      settle.push(() => entry.reject(error));
    }
  }
  return { after, made, settle };
}
