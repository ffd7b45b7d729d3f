import { setTimeout as delay } from 'node:timers/promises';
import { idToBson } from '@earshot/shared';
import { type MongoClient, ObjectId } from 'mongodb';
import { KeyedQueue } from '../../async/keyedQueue.ts';
import { withNotices } from '../../async/withNotices.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { BackgroundIndexes } from './backgroundIndexes.ts';
import { CallTracker } from './callTracker.ts';
import { type Collections, collections, setUp } from './collections.ts';
import { erasures } from './erasures.ts';
import { expiry } from './expiry.ts';
import { describe } from './log/describe.ts';
import { ownReactions } from './log/reactionRows.ts';
import { RoomHeads } from './log/roomHeads.ts';
import { roomLogReads } from './log/roomLogReads.ts';
import { roomLogWrites } from './log/roomLogWrites.ts';
import { SharedInserts } from './log/sharedInserts.ts';
import { MemberNameFill } from './memberNameFill.ts';
import { memberNames } from './memberNames.ts';
import { members } from './members.ts';
import { audit } from './moderation/audit.ts';
import { reports } from './moderation/reports.ts';
import { createMongoClient, requireReplicaSet } from './mongoClient.ts';
import { personalData } from './personal/personalData.ts';
import { privacy } from './privacy.ts';
import { coarsenRooms, removePreciseLocations } from './rooms/coarsenLocations.ts';
import { fillActiveTimes } from './rooms/fillActiveTimes.ts';
import { fillCells } from './rooms/fillCells.ts';
import { idleRooms } from './rooms/idleRooms.ts';
import { LastMessageTimes } from './rooms/lastMessageTimes.ts';
import { removedRooms } from './rooms/removedRooms.ts';
import { rooms } from './rooms/rooms.ts';
import { rules } from './rules.ts';
import { storeError } from './storeError.ts';
import { requireMigrated } from './unnumbered.ts';

export interface MongoStoreOptions {
  /** A connection string. The deployment must be a replica set; one member is enough. */
  uri: string;
  /** The name of the database. */
  database: string;
  log: Logger;
  /** Returns milliseconds since 1970. */
  clock?: () => number;
}

const pingTimeout = 1_600;
/** Milliseconds between notices that the preparation of a database of an earlier version takes long. */
const noticeMs = 10_000;
const preparing =
  'still preparing the database (over millions of messages this takes minutes; after an interruption the next start continues)';
/** Milliseconds allowed on close for writes of derived data. */
const lastWriteTimeout = 1_000;

/**
 * The store for several instances, on MongoDB. Creates missing collections and indexes on start. Rejects with `STORE_UNAVAILABLE` when
 * MongoDB can't be reached; also rejects when it is not a replica set, and when messages of the original service have not been migrated.
 */
export async function openMongoStore({ uri, database, log, clock = Date.now }: MongoStoreOptions): Promise<Store> {
  const client = createMongoClient(uri);
  const db = client.db(database);
  const all = collections(db);
  const calls = new CallTracker();
  try {
    await calls.run(() => requireReplicaSet(client));
    await requireMigrated(all, { database, log });
    const notice = (ms: number) => log.info({ database, seconds: Math.round(ms / 1_000) }, preparing);
    await withNotices(prepare({ client, all, now: new Date(clock()), database, log }), { notice, everyMs: noticeMs });
  } catch (error) {
    await client.close();
    throw storeError(error);
  }
  const { messages, reactions } = all;
  const backgroundIndexes = new BackgroundIndexes(all, log);
  backgroundIndexes.start();
  const names = new MemberNameFill(all, { indexes: backgroundIndexes, log });
  const roomHeads = new RoomHeads(messages);
  const queue = new KeyedQueue();
  const lastMessageTimes = new LastMessageTimes(all.rooms, log);
  return {
    kind: 'mongodb',
    ...roomLogWrites(
      {
        ...{ client, messages, reactions, inserts: new SharedInserts(messages), roomHeads, lastMessageTimes, clock },
        removeReactions: (messageId) => {
          const removed = calls.run(async () => void (await reactions.deleteMany({ message_id: messageId })));
          removed.catch((error: unknown) =>
            log.warn({ err: error, database }, 'reactions of a deleted message not removed'),
          );
        },
      },
      calls,
    ),
    ...roomLogReads(client, messages, { calls, roomHeads }),
    ownReactions: (roomId, { userId, messageIds }) => {
      const ids = messageIds.map((id) => idToBson(ObjectId, id));
      return calls.run(() => ownReactions(all, roomId, { userId, ids }));
    },
    ...rooms(client, all, { calls, clock }),
    describe: (request) =>
      calls.runQueued(() => describe({ client, messages, rooms: all.rooms, roomHeads, queue, clock }, request)),
    ...idleRooms(client, all, { calls, clock }),
    ...removedRooms(all, { calls, clock }),
    ...members(all, { calls, clock }),
    audit: audit(all, { calls, clock }),
    rules: rules(all, { calls, clock }),
    erasures: erasures(all, calls),
    expiry: expiry(all, calls),
    personal: personalData(all, { calls, indexes: backgroundIndexes }),
    memberNames: memberNames(all, { calls, indexes: backgroundIndexes }),
    reports: reports(all, { calls, clock }),
    privacy: privacy(all, { calls, clock }),
    ping: () => calls.run(async () => void (await db.command({ ping: 1 })), pingTimeout),
    async close() {
      await calls.close();
      await Promise.race([lastMessageTimes.flush(), delay(lastWriteTimeout, undefined, { ref: false })]);
      await names.close();
      await backgroundIndexes.close();
      await client.close();
    },
  };
}

interface Preparation {
  client: MongoClient;
  all: Collections;
  now: Date;
  database: string;
  log: Logger;
}

/** Creates missing indexes, and completes the rooms of earlier versions. No timeout: over existing data both take a while. */
async function prepare({ client, all, now, database, log }: Preparation): Promise<void> {
  await setUp(all);
  await removePreciseLocations(all, now);
  const filled = await fillCells(client, all, now);
  if (filled > 0) log.info({ database, rooms: filled }, 'map cells added to rooms of an earlier version');
  const coarsened = await coarsenRooms(all, now);
  if (coarsened > 0)
    log.info({ database, rooms: coarsened }, 'rooms of an earlier version moved to the centres of their map cells');
  const timed = await fillActiveTimes(all, now);
  if (timed > 0) log.info({ database, rooms: timed }, 'rooms of an earlier version are removed once they are unused');
}
