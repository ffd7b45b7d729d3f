import { EarshotError, idToBson, type Message, type Position, positionOf } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import type { CommitEntry } from '../../../async/groupCommit.ts';
import { applyChange, withPosition } from '../../applyChange.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import { nextChangeTime } from '../../nextTimestamp.ts';
import { ReactionSet } from '../../reactionSet.ts';
import type { MessageChange, MessageRef } from '../../store.ts';
import { retryOnConflict } from '../callTracker.ts';
import { messageFields, noRecord, toMessage } from '../documents.ts';
import type { LogContext, Written } from './logContext.ts';
import { knownReactions } from './reactionFields.ts';
import { readReactions, rowsOf } from './reactionRows.ts';
import { type AppliedChange, saveChange } from './saveChange.ts';

export interface QueuedChange {
  change: MessageChange;
  entry: Pick<CommitEntry<unknown, Written>, 'resolve' | 'reject'>;
}

/**
 * Applies changes to one message, in order, as one write: each takes its own number, and the message ends up with the last. Typically, many
 * users react to one message at once.
 */
export async function changeMessage(
  context: LogContext,
  target: MessageRef,
  changes: readonly QueuedChange[],
): Promise<void> {
  const { messages, reactions: rows, roomHeads, clock } = context;
  const { roomId, messageId } = target;
  const _id = idToBson(ObjectId, messageId);
  const reacts = changes.flatMap(({ change }) => (change.type === 'react' ? [change] : []));

  await retryOnConflict(async () => {
    const [roomHead, document] = await Promise.all([
      roomHeads.get(roomId),
      withCallTimeout(
        messages.findOne({ _id, room_id: roomId, updated_seq: { $gt: 0 }, ...noRecord }, { projection: messageFields }),
      ),
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
      roomHead: before.updatedSeq > roomHead.seq ? positionOf(before) : roomHead,
      now: clock(),
    });
    const { after, appliedChanges, settle } = applied;
    if (appliedChanges.length > 0) {
      const embeddedReactions =
        document.reaction_counts === undefined ? rowsOf(roomId, _id, knownReactions(document)) : [];
      const saved = await saveChange(context, {
        _id,
        before,
        after,
        appliedChanges,
        embeddedReactions,
        summary: reactions.summary,
      });
      if (!saved) {
        roomHeads.forget(roomId);
        return null;
      }
    }
    if (before.updatedSeq > roomHead.seq) roomHeads.forget(roomId);
    else if (appliedChanges.length > 0) roomHeads.record(roomId, { ...positionOf(after), newestAt: roomHead.newestAt });
    for (const settleCaller of settle) settleCaller();
    return true;
  });
}

interface ApplyContext {
  reactions: ReactionSet;
  roomHead: Position;
  now: number;
}

/**
 * Applies the changes to the message one after another. Returns the message, the effective changes with their numbers, and a function for
 * each caller that settles its entry.
 */
function applyAll(before: Message, changes: readonly QueuedChange[], { reactions, roomHead, now }: ApplyContext) {
  const time = nextChangeTime(now, roomHead.time);
  let after = before;
  const appliedChanges: AppliedChange[] = [];
  const settle: (() => void)[] = [];
  for (const { change, entry } of changes) {
    try {
      const changed = applyChange(after, change, { now: new Date(time), reactions });
      if (changed) {
        const seq = roomHead.seq + appliedChanges.length + 1;
        appliedChanges.push({ change, seq });
        after = withPosition(changed, { seq, time });
      }
      const written = { message: after, isNew: changed !== null };
      settle.push(() => entry.resolve(written));
    } catch (error) {
      settle.push(() => entry.reject(error));
    }
  }
  return { after, appliedChanges, settle };
}
