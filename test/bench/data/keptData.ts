import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'mongodb';

const print = (text: string) => process.stderr.write(`${text}\n`);

/** Copies the folder of that name from `keep` to `target`. Fills it first if it does not exist. */
export async function copyKeptData(
  { keep, name, target }: { keep: string; name: string; target: string },
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const source = join(keep, name);
  if (!existsSync(source)) {
    const unfinished = `${source}.unfinished`;
    if (existsSync(unfinished)) print(`Deleting ${unfinished}: its fill did not finish.`);
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    await fill(unfinished);
    renameSync(unfinished, source);
  }
  cpSync(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
}

/** The collections that this benchmark creates when it begins to fill a database, and when it has filled it. */
const [begun, finished] = ['bench_begun', 'bench_finished'];

/**
 * Fills the database, unless an earlier run did. Drops it first if an earlier run began and did not finish. Throws if it has other
 * collections.
 */
export async function fillKeptDatabase(db: Db, fill: () => Promise<void>): Promise<void> {
  const collections = await db.listCollections({}, { nameOnly: true }).toArray();
  const names = collections.map(({ name }) => name);
  if (names.includes(finished)) return;
  if (names.length > 0) await dropUnfinished(db, names);
  await db.collection(begun).insertOne({ begunAt: new Date() });
  await fill();
  await db.collection(finished).insertOne({ finishedAt: new Date() });
}

async function dropUnfinished(db: Db, names: readonly string[]): Promise<void> {
  const name = db.databaseName;
  if (!names.includes(begun)) {
    throw new Error(
      `The database ${name} was not filled by this benchmark: it has the collections ${names.toSorted().join(', ')}. Drop it yourself if it is not needed, or choose another MONGODB_URI.`,
    );
  }
  print(`Dropping the database ${name}, with ${names.length} collections: its fill did not finish.`);
  await db.dropDatabase();
}
