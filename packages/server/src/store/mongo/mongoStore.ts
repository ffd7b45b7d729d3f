import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient, type MongoClientOptions } from 'mongodb';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { Calls } from './calls.ts';
import { collections, setUp } from './collections.ts';
import { history } from './history.ts';
import { LastMessageTimes } from './lastMessageTimes.ts';
import { people } from './people.ts';
import { roomLog } from './roomLog.ts';
import { rooms } from './rooms.ts';
import { storeError } from './storeError.ts';
import { Tails } from './tails.ts';

export interface MongoStoreOptions {
  /** A connection string. The deployment must be a replica set; one member is enough. */
  uri: string;
  /** The name of the database. */
  database: string;
  log: Logger;
  /** Milliseconds since 1970. */
  clock?: () => number;
}

const pingTimeout = 1_900;
/** Milliseconds granted at the end to what is only a copy. */
const lastWriteTimeout = 1_000;

const clientOptions: MongoClientOptions = {
  appName: 'earshot',
  readPreference: 'primary',
  // Reads show, and acknowledgements mean, what no election can take back.
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
  retryWrites: true,
  retryReads: true,
  // A member that stops answering is noticed, and calls to it are broken off, after one beat and one connect time-out.
  heartbeatFrequencyMS: 2_000,
  connectTimeoutMS: 3_000,
  serverSelectionTimeoutMS: 3_000,
  waitQueueTimeoutMS: 3_000,
};

/**
 * The store for several instances, on MongoDB. Collections and indexes are made at the start when missing.
 * Rejects with `STORE_UNAVAILABLE` when MongoDB can't be reached, and when it is not a replica set.
 */
export async function openMongoStore({ uri, database, log, clock = Date.now }: MongoStoreOptions): Promise<Store> {
  const client = new MongoClient(uri, clientOptions);
  const db = client.db(database);
  const all = collections(db);
  const calls = new Calls();
  try {
    await calls.run(() => refuseUnlessReplicaSet(client));
    // Not bounded: an index over what is there already takes its time.
    await setUp(all);
  } catch (error) {
    await client.close();
    throw storeError(error);
  }
  const { messages } = all;
  const lastMessageTimes = new LastMessageTimes(all.rooms, log);
  return {
    kind: 'mongodb',
    ...roomLog({ messages, tails: new Tails(messages), lastMessageTimes, clock }, calls),
    ...history(client, messages, calls),
    ...rooms(client, all, { calls, clock }),
    ...people(all, { calls, clock }),
    ping: () => calls.run(async () => void (await db.command({ ping: 1 })), pingTimeout),
    async close() {
      await calls.close();
      await Promise.race([lastMessageTimes.settled(), delay(lastWriteTimeout, undefined, { ref: false })]);
      await client.close();
    },
  };
}

/** Transactions, read concern majority and snapshot reads exist on replica sets only; sharded clusters are made of those. */
async function refuseUnlessReplicaSet(client: MongoClient): Promise<void> {
  const { setName, msg } = await client.db('admin').command({ hello: 1 });
  if (setName === undefined && msg !== 'isdbgrid') {
    throw new Error(
      'MongoDB must run as a replica set (one member is enough): start mongod with --replSet and run rs.initiate() once.',
    );
  }
}
