import { StatementSync } from 'node:sqlite';
import { type Db, type Document, MongoClient } from 'mongodb';
import { expect, inject, vi } from 'vitest';
import type { StoreSite } from './stores.ts';

/** The database of a site, beside its store. */
export async function behind(site: StoreSite) {
  if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
  const client = await MongoClient.connect(inject('mongodbUri'));
  return { db: client.db(site.spec.database), [Symbol.asyncDispose]: () => client.close() };
}

/** The number of rows that statements returned. */
async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  using reads = vi.spyOn(StatementSync.prototype, 'all');
  await work();
  return reads.mock.results.reduce((sum, { value }) => sum + value.length, 0);
}

/** What MongoDB's profiler records of some work, without the indexes that a store makes in the background after it has opened. */
export async function profileOf(db: Db, work: () => Promise<unknown>): Promise<Document[]> {
  const profile = db.collection('system.profile');
  await db.command({ profile: 2 });
  await work();
  await db.command({ profile: 0 });
  const operations = await profile
    .find({ ns: { $not: /\.system\./ }, 'command.createIndexes': { $exists: false } })
    .toArray();
  await profile.drop();
  return operations;
}

/** The number of documents and index keys that the database examined in those collections. */
async function documentsExamined(site: StoreSite, collections: RegExp, work: () => Promise<unknown>): Promise<number> {
  await using raw = await behind(site);
  const reads = (await profileOf(raw.db, work)).filter(({ ns }) => collections.test(ns));
  expect(reads.length).toBeGreaterThan(0);
  return reads.reduce((sum, { docsExamined = 0, keysExamined = 0 }) => sum + docsExamined + keysExamined, 0);
}

/**
 * The number of replies of MongoDB to some work that reads from those collections. Meanwhile a store that has just opened may complete the
 * names of members, and times of last messages may be written.
 */
export async function repliesOf(site: StoreSite, collections: RegExp, reads: () => Promise<unknown>): Promise<number> {
  await using raw = await behind(site);
  const operations = await profileOf(raw.db, reads);
  return operations.filter(({ ns, op }) => collections.test(ns) && op !== 'update').length;
}

/** How much a store reads: rows on SQLite; documents and index keys of the `collections` on MongoDB. */
export const readsOf = (site: StoreSite, collections: RegExp, work: () => Promise<unknown>): Promise<number> =>
  site.spec.kind === 'mongodb' ? documentsExamined(site, collections, work) : rowsRead(work);
