import type { MongoClient } from 'mongodb';
import { inBatches, readAhead } from '../../../async/batches.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { unnumbered } from '../unnumbered.ts';
import { NewestTimes } from './newestTimes.ts';
import { addCounts, type NumberedCounts, nothingNumbered, numberBatch, readUnnumbered } from './numberBatch.ts';
import type { MigrateOptions } from './options.ts';
import type { RoomTimes } from './roomTimes.ts';
import { inKnownSession } from './session.ts';
import { sortTime } from './sortTime.ts';
import { TransactionSize } from './transactionSize.ts';

interface Options extends Pick<MigrateOptions, 'onProgress'> {
  total: number;
  roomTimes: RoomTimes;
}

/** Maximum number of messages in one transaction: MongoDB's cache (256 MB at least) has to hold all pages that it changes. */
const batchSize = 500;

/**
 * Gives messages the next numbers of their rooms, ordered by time, then by id.
 *
 * MongoDB sorts them (on disk if there are many), those of all rooms together: documents that are neighbours in time usually are neighbours on
 * the disk too, so each page of the collection is read and written a few times only. Each batch is a transaction that reads the heads of the
 * logs and numbers from there: all or nothing. So an interrupted run leaves no gap, and another run continues from there. Two concurrent
 * runs, or a server that writes at the same time, conflict and retry.
 */
export async function numberMessages(
  client: MongoClient,
  all: Collections,
  { onProgress, total, roomTimes }: Options,
): Promise<NumberedCounts> {
  let counts = nothingNumbered;
  const newest = new NewestTimes();
  const size = new TransactionSize(batchSize);
  await inKnownSession(client, all.migrations, async (session) => {
    // While one batch is written, the next one is read.
    for await (const batch of readAhead(batchesInOrder(all))) {
      counts = addCounts(counts, await numberBatch(all, batch, { session, roomTimes, newest, size }));
      onProgress({ step: 'numbered', done: counts.numbered, total });
    }
  });
  return counts;
}

async function* batchesInOrder({ messages }: Pick<Collections, 'messages'>) {
  const inOrder = messages.aggregate<Pick<MessageDocument, '_id'>>(
    [
      { $match: unnumbered },
      { $project: { time: sortTime } },
      { $sort: { time: 1, _id: 1 } },
      { $project: { _id: 1 } },
    ],
    { allowDiskUse: true, batchSize: 2 * batchSize },
  );
  for await (const batch of inBatches(inOrder, batchSize)) {
    yield await readUnnumbered(
      messages,
      batch.map(({ _id }) => _id),
    );
  }
}
