import { changeTime, type Message, type Reaction } from '@earshot/shared';
import type { ClientSession, UpdateFilter } from 'mongodb';
import { withRetryTimeout } from '../../callTimeout.ts';
import { headMaxAgeMs, type MessageChange } from '../../store.ts';
import type { MessageDocument, ReactionDocument } from '../collections.ts';
import { isDuplicate } from '../storeError.ts';
import type { LogContext } from './logContext.ts';
import { reactionFields } from './reactionFields.ts';
import { type RowChange, rowChanges, rowWrites } from './reactionRows.ts';

/** A change that alters the message, with its number. */
export interface AppliedChange {
  change: MessageChange;
  seq: number;
}

export interface Save {
  _id: MessageDocument['_id'];
  before: Message;
  after: Message;
  appliedChanges: readonly AppliedChange[];
  /** Reactions that have no rows yet. */
  embeddedReactions: readonly ReactionDocument[];
  summary: readonly Reaction[];
}

/** Maximum changes of one message per second, as measured: 2,000 took 4 to 8 s. */
const writesPerSecond = 400;

/**
 * The number of writes of a message whose first number stays reserved in `taken_seqs`, which has its own unique index. A changed message
 * leaves the index on `updated_seq` at its old number, which an instance with an old head could otherwise take a second time. The list is
 * bounded, because one reaction can be toggled forever; docs/decisions/room-log.md has the measurements behind the bound.
 */
export const takenSeqsMax = (writesPerSecond * headMaxAgeMs) / 1_000;

/**
 * Writes the changed message and the rows of its reactions. Resolves to false, with nothing written, if another instance was faster, with
 * this message or with this number.
 */
export async function saveChange(context: LogContext, save: Save): Promise<boolean> {
  const { messages, client, removeReactions } = context;
  const { _id, before, after } = save;
  const filter = { _id, room_id: before.roomId, updated_seq: before.updatedSeq };
  const changes = changesOfRows(save);
  const rows = changes.length > 0 ? rowWrites(save.embeddedReactions, changes) : [];
  const update = updateOf(save, changes.length > 0);
  const write = async (session?: ClientSession) => {
    const { matchedCount } = await messages.updateOne(filter, update, { ...(session && { session }) });
    if (matchedCount === 1 && rows.length > 0) {
      await context.reactions.bulkWrite(rows, { ordered: false, ...(session && { session }) });
    }
    return matchedCount === 1;
  };
  // The driver repeats it, for up to two minutes.
  const inTransaction = (requireTime: () => void) => {
    const writeInTime = async (session: ClientSession) => {
      requireTime();
      const isWritten = await write(session);
      requireTime(); // it is not committed yet
      return isWritten;
    };
    return client.withSession((session) =>
      session.withTransaction(writeInTime, { readConcern: { level: 'snapshot' } }),
    );
  };
  try {
    const saved = await withRetryTimeout((requireTime) => (rows.length > 0 ? inTransaction(requireTime) : write()));
    if (saved && after.deleted && !before.deleted) removeReactions(_id);
    return saved;
  } catch (error) {
    // In a transaction, a number taken by another writer may also appear as a conflict, after which it is retried.
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Returns nothing if the message ends up deleted: its rows are never read, and are removed afterwards. */
function changesOfRows({ _id, after, appliedChanges }: Save): RowChange[] {
  if (after.deleted) return [];
  const reacts = appliedChanges.flatMap(({ change, seq }) => (change.type === 'react' ? [{ change, seq }] : []));
  return rowChanges({ room_id: after.roomId, message_id: _id }, reacts);
}

function updateOf({ after, appliedChanges, summary }: Save, hasRows: boolean): UpdateFilter<MessageDocument> {
  const isErased = appliedChanges.some(({ change }) => change.type === 'erase');
  return {
    $set: {
      updated_seq: after.updatedSeq,
      updated_at: new Date(changeTime(after)),
      content: after.content,
      edited_at: after.editedAt,
      deleted: after.deleted,
      ...(after.removedBy && { removed_by: after.removedBy }),
      ...(hasRows || after.deleted ? reactionFields(summary) : {}),
      ...(isErased && { user_id: after.userId, username: after.username }),
    },
    ...(isErased && { $unset: { client_message_id: true } }),
    $push: { taken_seqs: { $each: appliedChanges.slice(0, 1).map(({ seq }) => seq), $slice: -takenSeqsMax } },
  };
}
