import { changeTime, type Message, type Reaction } from '@earshot/shared';
import type { ClientSession, UpdateFilter } from 'mongodb';
import { inTime } from '../inTime.ts';
import type { MessageChange } from '../store.ts';
import type { MessageDocument, ReactionDocument } from './collections.ts';
import type { LogContext } from './logContext.ts';
import { reactionFields } from './reactionFields.ts';
import { type RowChange, rowChanges, rowWrites } from './reactionRows.ts';
import { isDuplicate } from './storeError.ts';

/** A change that alters the message, with its number. */
export interface Made {
  change: MessageChange;
  seq: number;
}

export interface Save {
  _id: MessageDocument['_id'];
  before: Message;
  after: Message;
  made: readonly Made[];
  /** Reactions that have no rows yet. */
  former: readonly ReactionDocument[];
  summary: readonly Reaction[];
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
 * Writes the message as the changes leave it, and the rows of its reactions. False when another instance was faster, at this
 * message or with this number: then nothing was written.
 */
export async function saveChange(context: LogContext, save: Save): Promise<boolean> {
  const { messages, client, removeReactions } = context;
  const { _id, before, after } = save;
  const filter = { _id, room_id: before.roomId, updated_seq: before.updatedSeq };
  const changes = changesOfRows(save);
  const rows = changes.length > 0 ? rowWrites(save.former, changes) : [];
  const update = updateOf(save, changes.length > 0);
  const write = async (session?: ClientSession) => {
    const { matchedCount } = await messages.updateOne(filter, update, { ...(session && { session }) });
    if (matchedCount === 1 && rows.length > 0) {
      await context.reactions.bulkWrite(rows, { ordered: false, ...(session && { session }) });
    }
    return matchedCount === 1;
  };
  const inTransaction = () =>
    client.withSession((session) =>
      session.withTransaction(() => write(session), { readConcern: { level: 'snapshot' } }),
    );
  try {
    const saved = await inTime(rows.length > 0 ? inTransaction() : write());
    if (saved && after.deleted && !before.deleted) removeReactions(_id);
    return saved;
  } catch (error) {
    // In a transaction, a number that somebody else takes may also show as a conflict, after which it is tried again.
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Nothing where the message ends up deleted: nobody reads rows of that, and they are removed after it. */
function changesOfRows({ _id, after, made }: Save): RowChange[] {
  if (after.deleted) return [];
  const reacts = made.flatMap(({ change, seq }) => (change.type === 'react' ? [{ change, seq }] : []));
  return rowChanges({ room_id: after.roomId, message_id: _id }, reacts);
}

function updateOf({ after, made, summary }: Save, hasRows: boolean): UpdateFilter<MessageDocument> {
  return {
    $set: {
      updated_seq: after.updatedSeq,
      updated_at: new Date(changeTime(after)),
      content: after.content,
      edited_at: after.editedAt,
      deleted: after.deleted,
      ...(hasRows || after.deleted ? reactionFields(summary) : {}),
    },
    $push: { taken_seqs: { $each: made.slice(0, 1).map(({ seq }) => seq), $slice: -takenSeqsKept } },
  };
}
