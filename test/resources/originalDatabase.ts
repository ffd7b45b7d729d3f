import { type Migrated, migrateStore, type Unreadable } from '@earshot/server/migrate';
import { newId } from '@earshot/shared';
import { BSON, type Db, type Document, MongoClient, ObjectId } from 'mongodb';
import { inject } from 'vitest';

/** A database as the original service left it, to be opened by Earshot. It is dropped on disposal. */
export interface OriginalDatabase extends AsyncDisposable {
  readonly db: Db;
  /** The settings that point to it. */
  readonly env: { MONGODB_URI: string; MONGODB_DB: string };
  /** Every document of every collection as exact text, ordered by name and id, except the collections in `leftOut`. */
  dump(leftOut?: readonly string[]): Promise<Record<string, string[]>>;
  /**
   * Does what the command `earshot migrate` does, in this process: on a busy machine, a process takes seconds to start. Resolves to the counts, and
   * to the documents that the command lists.
   */
  migrate(options?: { dryRun: boolean }): Promise<Migrated & { listed: Unreadable[] }>;
}

export async function originalDatabase(collections: Record<string, Document[]>): Promise<OriginalDatabase> {
  const env = { MONGODB_URI: inject('mongodbUri'), MONGODB_DB: `test_${newId()}` };
  const client = new MongoClient(env.MONGODB_URI);
  const db = client.db(env.MONGODB_DB);
  for (const [name, documents] of Object.entries(collections)) await db.collection(name).insertMany(documents);
  return {
    db,
    env,
    dump: async (leftOut = []) => {
      const names = (await db.listCollections().toArray()).map(({ name }) => name).sort();
      const dumps = names
        .filter((name) => !leftOut.includes(name))
        .map(async (name) => [name, (await db.collection(name).find().sort({ _id: 1 }).toArray()).map(exactly)]);
      return Object.fromEntries(await Promise.all(dumps));
    },
    migrate: async ({ dryRun } = { dryRun: false }) => {
      const store = { kind: 'mongodb', uri: env.MONGODB_URI, database: env.MONGODB_DB } as const;
      const listed: Unreadable[] = [];
      const onUnreadable = (one: Unreadable) => void listed.push(one);
      return { ...(await migrateStore(store, { dryRun, onUnreadable, onProgress: () => {} })), listed };
    },
    [Symbol.asyncDispose]: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
}

/** A document as text that preserves every type. */
export const exactly = (document: Document): string => BSON.EJSON.stringify(document, { relaxed: false });

const epoch = Date.UTC(2025, 6, 7, 12);

/** The time this many seconds after the start of the original service. */
export const at = (seconds: number) => new Date(epoch + seconds * 1_000);

/** A message of the original service with default values; `undefined` removes a field. */
export function originalMessage(fields: Document): Document {
  const whole = {
    _id: new ObjectId(newId()),
    room_id: 'library',
    user_id: 'ada',
    username: 'Ada',
    content: 'hello',
    timestamp: at(0),
    edited_at: null,
    deleted: false,
    reactions: [],
    ...fields,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

/** Messages of many rooms in shuffled order, with times in every format that occurs. */
export function manyMessages({ count, rooms }: { count: number; rooms: number }): Document[] {
  return Array.from({ length: count }, (_, i) => {
    const when = at((i * 7_919) % count);
    const text = when.toISOString();
    const zoned = new Date(when.getTime() + 7_200_000).toISOString().replace('Z', '+02:00');
    const timestamp = [when, text, text.replace('Z', '999+00:00'), text.toLowerCase(), zoned][i % 5];
    return originalMessage({ room_id: `room ${i % rooms}`, content: `${when.getTime()}`, timestamp });
  });
}
