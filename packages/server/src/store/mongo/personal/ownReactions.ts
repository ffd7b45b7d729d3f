import { idFromBson, idToBson } from '@earshot/shared';
import { type Filter, ObjectId } from 'mongodb';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { type OwnReaction, type PersonalPage, type PersonalStores, pageOfRecords } from '../../personalData.ts';
import type { Collections, MessageDocument, ReactionDocument } from '../collections.ts';
import { knownReactions } from '../log/reactionFields.ts';

const separator = ' ';
/** Begins the positions after the last row: see `exportOf`. */
const embeddedMark = 'message ';
const order = { message_id: 1, emoji: 1 } as const;

/** Less than the id of every message. */
const firstId = '0'.repeat(24);

/** The reactions of a user, by message. */
export function ownReactions({
  messages,
  reactions,
}: Pick<Collections, 'messages' | 'reactions'>): PersonalStores['reactions'] {
  async function rowsAfter(userId: string, after: string | null, limit: number): Promise<PersonalPage<OwnReaction>> {
    const filter: Filter<ReactionDocument> = { user_id: userId, ...(after !== null && laterThan(after)) };
    const rows = await reactions
      .find(filter)
      .sort(order)
      .limit(limit + 1)
      .toArray();
    return pageOfRecords(rows, limit, {
      keyOf: (row) => `${idFromBson(row.message_id)}${separator}${row.emoji}`,
      toRecord: (row) => ({ roomId: row.room_id, messageId: idFromBson(row.message_id), emoji: row.emoji }),
    });
  }

  /** Reads reactions that are only in the documents of messages: those of the original service. */
  async function embeddedAfter(userId: string, after: string, limit: number): Promise<PersonalPage<OwnReaction>> {
    const found = await messages
      .find({
        ...embeddedOf(userId),
        _id: { $gt: idToBson(ObjectId, after) },
      })
      .project<Pick<MessageDocument, '_id' | 'room_id' | 'reactions'>>({ room_id: 1, reactions: 1 })
      .sort({ _id: 1 })
      .limit(limit + 1)
      .toArray();
    const page = pageOfRecords(found, limit, {
      keyOf: ({ _id }) => `${embeddedMark}${idFromBson(_id)}`,
      toRecord: (document) => ({ document }),
    });
    const shown = found.slice(0, limit).flatMap(({ _id, room_id: roomId, reactions: all }) => {
      const own = knownReactions({ reactions: all }).filter(({ userIds }) => userIds.includes(userId));
      return own.map(({ emoji }) => ({ roomId, messageId: idFromBson(_id), emoji }));
    });
    return { records: shown, next: page.next };
  }

  return {
    // First the rows, then the reactions that have no rows.
    exportOf: async (userId, { after, limit }) => {
      if (after?.startsWith(embeddedMark)) return embeddedAfter(userId, after.slice(embeddedMark.length), limit);
      const page = await rowsAfter(userId, after, limit);
      if (page.next !== null) return page;
      if (page.records.length === 0) return embeddedAfter(userId, firstId, limit);
      return { ...page, next: `${embeddedMark}${firstId}` };
    },

    erase: async (userId) => {
      const rows = await reactions.find({ user_id: userId }).sort(order).limit(erasedPerStep).toArray();
      const ids = rows.map(({ message_id }) => message_id);
      const shown = await messages
        .find({ _id: { $in: ids }, deleted: { $ne: true } }, { projection: { _id: 1 } })
        .toArray();
      const shownIds = new Set(shown.map(({ _id }) => idFromBson(_id)));
      const unshown = rows.filter(({ message_id }) => !shownIds.has(idFromBson(message_id)));
      if (unshown.length > 0) await reactions.deleteMany({ _id: { $in: unshown.map(({ _id }) => _id) } });
      // Reactions of the original service to messages that were deleted there.
      await messages.updateMany({ ...embeddedOf(userId), deleted: true }, { $set: { reactions: [] } });
      return unshown.length > 0;
    },
  };
}

/** Matches messages without counts: see `createIndexes` in backgroundIndexes.ts. (The driver's types only accept this form.) */
const embeddedOf = (userId: string): Filter<MessageDocument> => ({
  'reactions.user_id': userId,
  reaction_counts: { $all: [null] },
});

/** Matches the rows after a position. */
function laterThan(position: string): Filter<ReactionDocument> {
  const [messageId = '', emoji = ''] = position.split(separator);
  const message_id = idToBson(ObjectId, messageId);
  return { $or: [{ message_id: { $gt: message_id } }, { message_id, emoji: { $gt: emoji } }] };
}
