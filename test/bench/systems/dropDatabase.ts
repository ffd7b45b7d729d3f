import { MongoClient } from 'mongodb';

/** Takes away what a system stored. */
export async function dropDatabase(uri: string, database: string): Promise<void> {
  await using client = new MongoClient(uri);
  await client.db(database).dropDatabase();
}
