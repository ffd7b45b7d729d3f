import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Db } from 'mongodb';

/** A table, a collection or an index. */
export interface PartSize {
  name: string;
  bytes: number;
  /** How often an index was used by the calls, where the database counts it. */
  uses?: number;
}

const largestFirst = (sizes: PartSize[]) => sizes.sort((a, b) => b.bytes - a.bytes);

/** Reads the whole file. */
export function sqliteSizes(dataDir: string): PartSize[] {
  using file = new DatabaseSync(join(dataDir, 'earshot.db'), { readOnly: true });
  const rows = file.prepare('SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE').all();
  return largestFirst(rows.map(({ name, pgsize }) => ({ name: String(name), bytes: Number(pgsize) })));
}

export async function mongoSizes(db: Db): Promise<PartSize[]> {
  await db.admin().command({ fsync: 1 }); // sizes are known after a checkpoint
  const sizes: PartSize[] = [];
  for (const { name } of await db.listCollections().toArray()) {
    const collection = db.collection(name);
    const [stats] = await collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray();
    const uses = await collection.aggregate([{ $indexStats: {} }]).toArray();
    const usesOf = new Map(uses.map(({ name: index, accesses }) => [String(index), Number(accesses.ops)]));
    sizes.push({ name, bytes: Number(stats?.storageStats.storageSize) });
    for (const [index, bytes] of Object.entries(stats?.storageStats.indexSizes ?? {}))
      sizes.push({ name: `${name}: ${index}`, bytes: Number(bytes), uses: usesOf.get(index) ?? 0 });
  }
  return largestFirst(sizes);
}
