import { MongoClient, type MongoClientOptions } from 'mongodb';

const options: MongoClientOptions = {
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

/** Throws, without any part of the URI, when the driver knows no such options or they exclude each other. */
export function createMongoClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, options);
  } catch (error) {
    // The driver names options that it does not know. Its other messages may quote values, and so secrets.
    const unknown = error instanceof Error && /^options? [\w, ]+ (is|are) not supported$/.exec(error.message)?.[0];
    throw new MongoUriError(`MONGODB_URI: the driver refuses it (${unknown || 'its options are not right'}).`);
  }
}

/** A connection string that the driver does not take. */
class MongoUriError extends Error {
  override readonly name = 'MongoUriError';
  readonly code = 'MONGODB_URI';
}

/** Transactions, read concern majority and snapshot reads exist on replica sets only; sharded clusters are made of those. */
export async function refuseUnlessReplicaSet(client: MongoClient): Promise<void> {
  const { setName, msg } = await client.db('admin').command({ hello: 1 });
  if (setName === undefined && msg !== 'isdbgrid') {
    throw new Error(
      'MongoDB must run as a replica set (one member is enough): start mongod with --replSet and run rs.initiate() once.',
    );
  }
}
