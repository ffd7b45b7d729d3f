import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate, migrations } from './schema.ts';

const tables = (database: DatabaseSync) =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);

/** Number of steps before reactions had a table. */
const reactionsStep = migrations.findIndex((step) => step.includes('CREATE TABLE reactions'));

test('applies the missing steps only', () => {
  using database = new DatabaseSync(':memory:');
  const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE three (a)'];
  expect(migrate(database, steps.slice(0, 1))).toEqual({ from: 0, to: 1 });
  expect(migrate(database, steps)).toEqual({ from: 1, to: 3 });
  expect(migrate(database, steps)).toEqual({ from: 3, to: 3 });
  expect(tables(database)).toEqual(['one', 'three', 'two']);
});

test('a failed step leaves everything unchanged', () => {
  using database = new DatabaseSync(':memory:');
  const steps = ['CREATE TABLE one (a)', 'CREATE TABLE two (a)', 'CREATE TABLE two (a)'];
  migrate(database, steps.slice(0, 1));
  expect(() => migrate(database, steps)).toThrow('two already exists');
  expect(tables(database)).toEqual(['one']);
  expect(migrate(database, steps.slice(0, 2))).toEqual({ from: 1, to: 2 });
});

test('rejects the database of a newer version, and does not change it', () => {
  using database = new DatabaseSync(':memory:');
  database.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  expect(() => migrate(database, migrations)).toThrow('created by a newer Earshot');
  expect(tables(database)).toEqual([]);
});

test('reactions in a list become rows, and a count with the first users of each emoji', () => {
  using database = new DatabaseSync(':memory:');
  migrate(database, migrations.slice(0, reactionsStep));
  const members = Array.from({ length: 25 }, (_, n) => `u${n}`);
  const pairs = [['ana', '\u2764'], ...members.map((userId) => [userId, '👍']), ['ana', '\u2764\ufe0f']];
  const insert = database.prepare(
    `INSERT INTO messages (room_id, seq, updated_seq, id, user_id, username, content, timestamp, deleted, reactions)
     VALUES ('plaza', ?, ?, ?, 'ana', 'Ana', 'hi', 1, 0, ?)`,
  );
  insert.run(1, 1, 'm1', JSON.stringify(pairs));
  insert.run(2, 2, 'm2', '[]');
  migrate(database, migrations);
  const summaries = database.prepare('SELECT reactions FROM messages ORDER BY seq').all();
  expect(summaries.map(({ reactions }) => JSON.parse(String(reactions)))).toEqual([
    [
      ['\u2764\ufe0f', 1, ['ana']],
      ['👍', 25, members.slice(0, 20)],
    ],
    [],
  ]);
  const rows = database.prepare('SELECT * FROM reactions ORDER BY position').all();
  expect(rows.map(({ message_id, user_id, emoji }) => [message_id, user_id, emoji])).toEqual([
    ['m1', 'ana', '\u2764\ufe0f'],
    ...members.map((userId) => ['m1', userId, '👍']),
  ]);
  expect(rows.every(({ position }) => Number(position) < 0)).toBe(true);
});
