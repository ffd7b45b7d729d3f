import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { migrations } from './schema.ts';

const tables = (database: DatabaseSync) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);

test('applies the missing steps only', () => {
  using database = new DatabaseSync(':memory:');
  const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE three (a)'];
  expect(migrate(database, steps.slice(0, 1))).toEqual({ from: 0, to: 1 });
  expect(migrate(database, steps)).toEqual({ from: 1, to: 3 });
  expect(migrate(database, steps)).toEqual({ from: 3, to: 3 });
  expect(tables(database)).toEqual(['one', 'three', 'two']);
});

test('a failed step is undone; the ones before it are not repeated', () => {
  using database = new DatabaseSync(':memory:');
  const [one, two, three] = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE three (a)'];
  migrate(database, [one]);
  expect(() => migrate(database, [one, two, 'CREATE TABLE three (a); CREATE TABLE two (a)'])).toThrow(
    'two already exists',
  );
  expect(tables(database)).toEqual(['one', 'two']);
  const steps: number[] = [];
  expect(migrate(database, [one, two, three], (step) => steps.push(step))).toEqual({ from: 2, to: 3 });
  expect([steps, tables(database)]).toEqual([[3], ['one', 'three', 'two']]);
  expect(database.prepare('PRAGMA temp_store').get()).toEqual({ temp_store: 2 }); // in memory, except while migrating
});

test('a new file gets all steps or none, without notices', () => {
  using database = new DatabaseSync(':memory:');
  const notice = (): never => {
    throw new Error('a notice');
  };
  expect(() => migrate(database, ['CREATE TABLE one (a)', 'CREATE TABLE one (a)'], notice)).toThrow(
    'one already exists',
  );
  expect(tables(database)).toEqual([]);
  expect(migrate(database, ['CREATE TABLE one (a)', 'CREATE TABLE two (a)'], notice)).toEqual({ from: 0, to: 2 });
});

test('rejects the database of a newer version, and does not change it', () => {
  using database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  expect(() => migrate(database, migrations)).toThrow('created by a newer Earshot');
  expect(tables(database)).toEqual([]);
});
