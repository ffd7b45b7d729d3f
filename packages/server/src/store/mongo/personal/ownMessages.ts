import { idFromBson, idToBson, PageFill } from '@earshot/shared';
import { ObjectId } from 'mongodb';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { erasedUsername, type PersonalStores } from '../../personalData.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { messageFields, toMessage } from '../documents.ts';
import { firstReply, oneReply } from '../log/readPage.ts';
import { unnumbered } from '../unnumbered.ts';

/** Greater than every message's id. */
const lastId = 'f'.repeat(24);
const toId = { projection: { _id: 1 } } as const;

/** The messages of a user, newest first. */
export function ownMessages({ messages }: Pick<Collections, 'messages'>): PersonalStores['messages'] {
  return {
    exportOf: async (userId, { after, limit }) => {
      const page = new PageFill(limit);
      let last: MessageDocument['_id'] = idToBson(ObjectId, after ?? lastId);
      let left = limit;
      for (let count = Math.min(firstReply, limit + 1); ; count = Math.min(left, page.missing) + 1) {
        const found = messages
          .find({ user_id: userId, _id: { $lt: last } })
          .sort({ _id: -1 })
          .project<MessageDocument>(messageFields);
        let read = 0;
        for await (const document of oneReply(found, count)) {
          if (page.isFull || left === 0) return { records: page.messages, next: idFromBson(last) };
          [left, read, last] = [left - 1, read + 1, document._id];
          // The author of a title is no author of a message. Messages without a number are not shown anywhere.
          if (document.seq > 0 && !document.description) page.add(toMessage(document));
        }
        if (read < count) return { records: page.messages, next: null };
      }
    },

    erase: async (userId, pseudonym) => {
      const records = await idsOf({ user_id: userId, description: { $exists: true } });
      const author = { user_id: pseudonym, username: erasedUsername };
      if (records.length > 0) await messages.updateMany({ _id: { $in: records } }, { $set: author });
      // Messages of the original service that could not be migrated. Their user ids may be ObjectIds.
      const unread = await idsOf({ user_id: { $in: formsOf(userId) }, ...unnumbered });
      if (unread.length > 0) await messages.deleteMany({ _id: { $in: unread }, ...unnumbered });
      return records.length === erasedPerStep || unread.length === erasedPerStep;
    },
  };

  async function idsOf(filter: Parameters<typeof messages.find>[0]): Promise<MessageDocument['_id'][]> {
    const found = await messages.find(filter, toId).limit(erasedPerStep).toArray();
    return found.map(({ _id }) => _id);
  }
}

/** A user's id as text, and as the ObjectId that the original service may have used instead. */
function formsOf(userId: string): string[] {
  const id: unknown = idToBson(ObjectId, userId);
  // The driver's types have only the form that Earshot writes.
  return id === userId ? [userId] : [userId, id as string];
}
