import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { migrations } from './schema.ts';

/** Number of steps before reactions had a table. */
const reactionsStep = migrations.findIndex((step) => step.includes('CREATE TABLE reactions'));

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
