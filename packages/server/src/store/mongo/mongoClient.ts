import { MongoClient, type MongoClientOptions, MongoParseError } from 'mongodb';

const options: MongoClientOptions = {
  appName: 'earshot',
  readPreference: 'primary',
  // Reads return, and acknowledgements confirm, only data that no election can roll back.
  readConcern: { level: 'majority' },
  writeConcern: { w: 'majority', journal: true },
  retryWrites: true,
  retryReads: true,
  // An unresponsive member is detected, and calls to it are aborted, after one heartbeat and one connect timeout.
  heartbeatFrequencyMS: 2_000,
  connectTimeoutMS: 3_000,
  serverSelectionTimeoutMS: 3_000,
  waitQueueTimeoutMS: 3_000,
};

/** Throws, without any part of the URI, when the driver does not know an option or options exclude each other. */
export function createMongoClient(uri: string): MongoClient {
  try {
    return new MongoClient(uri, options);
  } catch (error) {
    throw new MongoUriError(`MONGODB_URI: the driver rejects it (${unknownOptions(error) ?? 'invalid options'}).`);
  }
}

/**
 * Returns the driver's sentence about unknown options, which names them; null for any other error. The driver has neither a code nor a field
 * for that, only its message, and its other messages may quote values, and so secrets.
 */
function unknownOptions(error: unknown): string | null {
  const isAboutOptions =
    error instanceof MongoParseError && /^options? [\w, ]+ (is|are) not supported$/.test(error.message);
  return isAboutOptions ? error.message : null;
}

/** A connection string that the driver rejects. */
class MongoUriError extends Error {
  override readonly name = 'MongoUriError';
  readonly code = 'MONGODB_URI';
}

/**
 * Throws unless MongoDB is a replica set or a sharded cluster, which consists of them: transactions, read concern majority and snapshot
 * reads exist only there.
 */
export async function requireReplicaSet(client: MongoClient): Promise<void> {
  const { setName, msg } = await client.db('admin').command({ hello: 1 });
  if (setName === undefined && msg !== 'isdbgrid') {
    throw new Error(
      'MongoDB must run as a replica set (one member is enough): start mongod with --replSet and run rs.initiate() once.',
    );
  }
}
