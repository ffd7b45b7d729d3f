import { constants, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { collections } from '../../../packages/server/src/store/mongo/collections.ts';
import { lockByFile, lockCollection, lockDatabase } from './keepLock.ts';

const print = (text: string) => process.stderr.write(`${text}\n`);

/**
 * Copies the folder of that name from `keep` to `target`. Fills it first if it does not exist. Throws if another run does the same, and if an
 * unfinished folder has other files.
 */
export async function copyKeptData(
  { keep, name, target }: { keep: string; name: string; target: string },
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const source = join(keep, name);
  mkdirSync(keep, { recursive: true });
  using _lock = lockByFile(`${source}.lock`, source);
  if (!existsSync(source)) {
    const unfinished = `${source}.unfinished`;
    if (existsSync(unfinished)) deleteUnfinished(unfinished);
    mkdirSync(unfinished);
    await fill(unfinished);
    renameSync(unfinished, source);
  }
  cpSync(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

function deleteUnfinished(folder: string): void {
  const others = readdirSync(folder).filter((name) => !/^(earshot\.db|server\.lock)/.test(name));
  if (others.length > 0) {
    throw new Error(
      `The folder ${folder} has files that this benchmark did not make: ${others.toSorted().join(', ')}. Move them elsewhere, or choose another --keep folder.`,
    );
  }
  print(`Deleting ${folder}: its fill did not finish.`);
  rmSync(folder, { recursive: true });
}

/** The collections that this benchmark creates when it begins to fill a database, and when it has filled it. */
const [begun, finished] = ['bench_begun', 'bench_finished'];

/**
 * Fills the database, unless an earlier run did, and locks it until disposal. Drops the collections of an earlier run that began and did not finish.
 * Throws if another run has the database, and if it has collections that this benchmark did not make.
 */
export async function fillKeptDatabase(db: Db, fill: () => Promise<void>): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  await checkedCollectionNames(db); // before the lock, which creates a collection
  stack.use(await lockDatabase(db));
  const names = await checkedCollectionNames(db);
  if (!names.includes(finished)) {
    if (names.includes(begun)) await dropUnfinished(db, names);
    else await db.collection(begun).insertOne({ begunAt: new Date() });
    await fill();
    await db.collection(finished).insertOne({ finishedAt: new Date() });
  }
  const held = stack.move();
  return { [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Returns the names of the collections. Throws if there are some that this benchmark did not make, unless the database is filled. */
async function checkedCollectionNames(db: Db): Promise<string[]> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = found.map(({ name }) => name);
  const own = new Set(Object.values(collections(db)).map(({ collectionName }) => collectionName));
  const isOfBenchmark = names.includes(begun) || names.every((name) => name === lockCollection);
  const others = names.filter((name) => !isOfBenchmark || !(own.has(name) || [begun, lockCollection].includes(name)));
  if (names.includes(finished) || others.length === 0) return names;
  throw new Error(
    `The database ${db.databaseName} has collections that this benchmark did not make: ${others.toSorted().join(', ')}. Drop or move them yourself, or choose another MONGODB_URI.`,
  );
}

/** Drops what an earlier run filled. The mark that a fill began stays. */
async function dropUnfinished(db: Db, names: readonly string[]): Promise<void> {
  const filled = names.filter((name) => name !== begun && name !== lockCollection);
  print(`Dropping the data in ${db.databaseName}: its fill did not finish.`);
  for (const name of filled) await db.dropCollection(name);
}
