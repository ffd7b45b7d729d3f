import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate, migrations } from './schema.ts';

const tables = (database: DatabaseSync) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);

test('takes the missing steps and no other', () => {
  using database = new DatabaseSync(':memory:');
  const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE three (a)'];
  expect(migrate(database, steps.slice(0, 1))).toEqual({ from: 0, to: 1 });
  expect(migrate(database, steps)).toEqual({ from: 1, to: 3 });
  expect(migrate(database, steps)).toEqual({ from: 3, to: 3 });
  expect(tables(database)).toEqual(['one', 'three', 'two']);
});

test('a step that fails leaves everything as it was', () => {
  using database = new DatabaseSync(':memory:');
  const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE two (a)'];
  migrate(database, steps.slice(0, 1));
  expect(() => migrate(database, steps)).toThrow('two already exists');
  expect(tables(database)).toEqual(['one']);
  expect(migrate(database, steps.slice(0, 2))).toEqual({ from: 1, to: 2 });
});

test('refuses the database of a newer program, and leaves it alone', () => {
  using database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  expect(() => migrate(database, migrations)).toThrow('made by a newer Earshot');
  expect(tables(database)).toEqual([]);
});
