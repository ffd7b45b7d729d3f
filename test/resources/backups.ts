import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import { clusterSettings } from './server.ts';

/** The place where servers store their data, and an operator's way to back it up. */
export interface DataSite extends AsyncDisposable {
  /** The settings of a server that uses it. */
  readonly env: Record<string, string>;
  /** Copies the data. Returns a function that replaces the current data by the copy. */
  backUp(): Promise<() => Promise<void>>;
}

/** Servers must be stopped during a backup and a restore. */
export async function folderSite(): Promise<DataSite> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-data-'));
  const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
  return {
    env: { DATA_DIR: data },
    backUp: async () => {
      await cp(data, copy, { recursive: true });
      return async () => {
        await rm(data, { recursive: true });
        await cp(copy, data, { recursive: true });
      };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Works like mongodump and mongorestore: document by document, even while servers run. */
export async function databaseSite(): Promise<DataSite> {
  const env = clusterSettings();
  const client = await MongoClient.connect(env.MONGODB_URI ?? '');
  const db = client.db(env.MONGODB_DB);
  return {
    env,
    backUp: async () => {
      const collections = await db.collections();
      const copies = await Promise.all(
        collections.map(async (collection) => ({ collection, documents: await collection.find().toArray() })),
      );
      return async () => {
        for (const { collection, documents } of copies) {
          await collection.deleteMany({});
          if (documents.length > 0) await collection.insertMany(documents as Document[]);
        }
      };
    },
    [Symbol.asyncDispose]: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
}
