import { MongoClient } from 'mongodb';

/** Drops the database of a system. If that fails, the system has failed before and reports the reason itself. */
export async function dropDatabase(uri: string, database: string): Promise<void> {
  await using client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  await client
    .db(database)
    .dropDatabase()
    .catch(() => {});
}
