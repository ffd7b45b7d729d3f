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

export const createMongoClient = (uri: string) => new MongoClient(uri, options);

/** Transactions, read concern majority and snapshot reads exist on replica sets only; sharded clusters are made of those. */
export async function refuseUnlessReplicaSet(client: MongoClient): Promise<void> {
  const { setName, msg } = await client.db('admin').command({ hello: 1 });
  if (setName === undefined && msg !== 'isdbgrid') {
    throw new Error(
      'MongoDB must run as a replica set (one member is enough): start mongod with --replSet and run rs.initiate() once.',
    );
  }
}
