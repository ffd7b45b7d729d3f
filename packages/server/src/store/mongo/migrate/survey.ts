import type { AnyBulkWriteOperation } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { unnumbered } from '../unnumbered.ts';
import { describeId } from './describeId.ts';
import { reportMisnumbered } from './numbers.ts';
import type { MigrateOptions } from './options.ts';
import { differences, readMessage } from './readMessage.ts';

/** Number of messages held in memory at once. */
const batchSize = 1_000;

/**
 * Reads every message without a `seq` and reports those that can't be read (and those with an invalid number). Writes the rooms and times
 * of the others in Earshot's form, so that MongoDB can sort them. Most need no write.
 */
export async function surveyMessages(
  { messages }: Pick<Collections, 'messages'>,
  { dryRun, onUnreadable, onProgress }: Pick<MigrateOptions, 'dryRun' | 'onUnreadable' | 'onProgress'>,
): Promise<{ readable: number; unreadable: number }> {
  const total = await messages.countDocuments(unnumbered);
  const counts = { readable: 0, unreadable: await reportMisnumbered(messages, onUnreadable) };
  const misnumbered = counts.unreadable;
  for await (const batch of inBatches(messages.find(unnumbered, { batchSize }), batchSize)) {
    const updates: AnyBulkWriteOperation<MessageDocument>[] = [];
    for (const document of batch) {
      const read = readMessage(document);
      if ('reason' in read) {
        counts.unreadable += 1;
        onUnreadable({ collection: 'messages', id: describeId(document._id), reason: read.reason });
        continue;
      }
      counts.readable += 1;
      const { _id, room_id, timestamp } = read.message;
      const set = differences(document, { room_id, timestamp });
      if (set) updates.push({ updateOne: { filter: { _id, ...unnumbered }, update: { $set: set } } });
    }
    if (!dryRun && updates.length > 0) await messages.bulkWrite(updates, { ordered: false });
    onProgress({ step: 'read', done: counts.readable + counts.unreadable - misnumbered, total });
  }
  return counts;
}
