import type { AnyBulkWriteOperation } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { unnumbered } from '../unnumbered.ts';
import { describeId } from './describeId.ts';
import { reportMisnumbered } from './numbers.ts';
import type { MigrateOptions } from './options.ts';
import { readMessage } from './readMessage.ts';
import type { RoomTimes } from './roomTimes.ts';
import { isSortable } from './sortTime.ts';

interface SurveyOptions extends Pick<MigrateOptions, 'onUnreadable' | 'onProgress'> {
  /** Null in a dry run. */
  roomTimes: RoomTimes | null;
}

/** Number of messages held in memory at once. */
const batchSize = 1_000;

/**
 * Reads every message without a `seq` and reports those that can't be read (and those with an invalid number). Unless it is a dry run, it
 * stores the rooms of the others, and their times where MongoDB can't sort by the found form.
 */
export async function surveyMessages(
  { messages }: Pick<Collections, 'messages'>,
  { roomTimes, onUnreadable, onProgress }: SurveyOptions,
): Promise<{ readable: number; unreadable: number }> {
  const total = await messages.countDocuments(unnumbered);
  const counts = { readable: 0, unreadable: await reportMisnumbered(messages, onUnreadable) };
  const misnumbered = counts.unreadable;
  const found = messages.find(unnumbered, { batchSize });
  for await (const batch of inBatches(found, batchSize)) {
    const readable = [];
    const updates: AnyBulkWriteOperation<MessageDocument>[] = [];
    for (const document of batch) {
      const read = readMessage(document);
      if ('reason' in read) {
        counts.unreadable += 1;
        onUnreadable({ collection: 'messages', id: describeId(document._id), reason: read.reason });
        continue;
      }
      const { _id, timestamp } = read.message;
      readable.push(read.message);
      if (!isSortable(document.timestamp))
        updates.push({ updateOne: { filter: { _id, ...unnumbered }, update: { $set: { timestamp } } } });
    }
    counts.readable += readable.length;
    await roomTimes?.add(readable);
    if (roomTimes && updates.length > 0) await messages.bulkWrite(updates, { ordered: false });
    onProgress({ step: 'read', done: counts.readable + counts.unreadable - misnumbered, total });
  }
  await roomTimes?.write();
  return counts;
}
