import { MongoClient } from 'mongodb';

/** Takes away what a system stored. Where that fails, the system has failed before, and says why. */
export async function dropDatabase(uri: string, database: string): Promise<void> {
  await using client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000 });
  await client
    .db(database)
    .dropDatabase()
    .catch(() => {});
}
