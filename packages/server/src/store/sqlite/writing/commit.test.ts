import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { MessageChange } from '../../store.ts';
import { migrate } from '../migrate.ts';
import { openDatabase } from '../openDatabase.ts';
import { migrations } from '../schema.ts';
import { Committer } from './commit.ts';
import { roomLogWrites } from './roomLogWrites.ts';
import type { WriteCall } from './writeCalls.ts';
import { allWrites } from './writes.ts';

/** A committer whose every `forgetLocations` writes something and then fails. */
async function openCommitter() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'earshot-commit-')));
  const raw = stack.use(await openDatabase(join(folder.path, 'earshot.db')));
  migrate(raw, migrations);
  const log = roomLogWrites(raw);
  const failing = (_: unknown, now: number) => {
    log.append({ roomId: 'plaza', userId: 'ana', username: 'Ana', content: 'half' }, now);
    throw new Error('half way');
  };
  const committer = new Committer(raw, { ...allWrites(raw), forgetLocations: failing });
  const held = stack.move();
  return {
    raw,
    commit: (...batch: WriteCall[]) => committer.commit(batch),
    contents: () =>
      raw
        .prepare('SELECT content FROM messages ORDER BY seq')
        .all()
        .map(({ content }) => content),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const append = (content: string): WriteCall => ({
  name: 'append',
  input: { roomId: 'plaza', userId: 'ana', username: 'Ana', content },
  now: 0,
});
const failing: WriteCall = { name: 'forgetLocations', input: { before: 0 }, now: 0 };
const refused: WriteCall = {
  name: 'addMember',
  input: { roomId: 'nowhere', user: { userId: 'ana', username: 'Ana' }, nameKey: 'ana' },
  now: 0,
};

test('a failed call is rolled back, and does not affect the others', async () => {
  await using log = await openCommitter();
  expect(log.commit(append('one'), failing, refused, append('two'))).toEqual([
    { value: expect.objectContaining({ seq: 1 }) },
    { failure: { code: null, error: new Error('half way') } },
    { failure: expect.objectContaining({ code: 'ROOM_NOT_FOUND' }) },
    { value: expect.objectContaining({ seq: 2 }) },
  ]);
  expect(log.contents()).toEqual(['one', 'two']);
});

test('one of several appends that fails half way leaves nothing, and the others are written once', async () => {
  await using log = await openCommitter();
  log.raw.exec(`
    INSERT INTO rooms (id, name, created_at) VALUES ('plaza', 'Plaza', 0);
    CREATE TRIGGER refuse AFTER UPDATE ON rooms WHEN EXISTS (SELECT 1 FROM messages WHERE content = 'refused')
    BEGIN SELECT RAISE(ABORT, 'refused'); END
  `);
  expect(log.commit(append('one'), append('refused'), refused, append('two'))).toEqual([
    { value: expect.objectContaining({ seq: 1 }) },
    { failure: { code: null, error: expect.objectContaining({ message: 'refused' }) } },
    { failure: expect.objectContaining({ code: 'ROOM_NOT_FOUND' }) },
    { value: expect.objectContaining({ seq: 2 }) },
  ]);
  expect(log.contents()).toEqual(['one', 'two']);
});

test('a plain call that is rejected has changed nothing, and needs no savepoint', async () => {
  await using log = await openCommitter();
  log.commit(append('one'));
  const message = { roomId: 'plaza', messageId: String(log.raw.prepare('SELECT id FROM messages').get()?.id) };
  const change = (target: typeof message, one: MessageChange): WriteCall => ({
    name: 'change',
    input: { target, change: one },
    now: 0,
  });
  const react = (emoji: string): WriteCall => change(message, { type: 'react', userId: 'ben', emoji, on: true });
  const emojis = ['👍', '👎', '🎉', '🔥', '👀'];
  expect(log.commit(...emojis.map(react)).map(({ failure }) => failure)).toEqual(emojis.map(() => undefined));
  const unknown = { ...message, messageId: 'unknown' };
  const calls = [refused, change(unknown, { type: 'delete' }), react('🚀')];
  const codes = ['ROOM_NOT_FOUND', 'MESSAGE_NOT_FOUND', 'TOO_MANY_OWN_REACTIONS'];
  const changes = () => log.raw.prepare('SELECT total_changes() AS count').get()?.count;
  const before = changes();
  const failures = codes.map((code) => ({ failure: expect.objectContaining({ code }) }));
  expect(log.commit(...calls)).toEqual(failures);
  expect(changes()).toBe(before);
  log.commit(change(message, { type: 'delete' }));
  const deleted = changes();
  expect(log.commit(change(message, { type: 'edit', content: 'two' }), refused)).toEqual([
    { failure: expect.objectContaining({ code: 'MESSAGE_DELETED' }) },
    failures[0],
  ]);
  expect(changes()).toBe(deleted);
});

test('a failed call that is the only one of its batch is rolled back, and the next batch is written', async () => {
  await using log = await openCommitter();
  expect(log.commit(failing)).toEqual([{ failure: { code: null, error: new Error('half way') } }]);
  expect(log.commit(refused)).toEqual([{ failure: expect.objectContaining({ code: 'ROOM_NOT_FOUND' }) }]);
  expect(log.raw.isTransaction).toBe(false);
  expect(log.contents()).toEqual([]);
  log.commit(append('one'));
  expect(log.contents()).toEqual(['one']);
});

test('a full disk is reported as an error, and writing continues once there is space', async () => {
  await using log = await openCommitter();
  log.commit(append('one'));
  const { page_count: pages } = log.raw.prepare('PRAGMA page_count').get() ?? {};
  log.raw.exec(`PRAGMA max_page_count = ${pages}`);
  const large = append('large'.repeat(100_000));
  const unavailable = expect.objectContaining({ code: 'STORE_UNAVAILABLE' });
  // SQLite rolls back one statement, or ends the transaction: the caller gets the error either way.
  const sendFailure = () => {
    try {
      return log.commit(large)[0]?.failure;
    } catch (error) {
      return error;
    }
  };
  expect(sendFailure()).toEqual(unavailable);
  expect(log.contents()).toEqual(['one']);
  log.raw.exec('PRAGMA max_page_count = 100000');
  log.commit(large);
  expect(log.contents()).toHaveLength(2);
});

test('a failed rollback does not hide the cause, and is retried', async () => {
  await using log = await openCommitter();
  log.raw.exec('CREATE TABLE early (room_id REFERENCES rooms (id) DEFERRABLE INITIALLY DEFERRED)');
  log.raw.exec(`
    CREATE TRIGGER too_early AFTER INSERT ON messages WHEN NEW.content = 'one'
    BEGIN INSERT INTO early VALUES ('nowhere'); END
  `);
  log.raw.setAuthorizer((action, operation) =>
    action === constants.SQLITE_TRANSACTION && operation === 'ROLLBACK' ? constants.SQLITE_DENY : constants.SQLITE_OK,
  );
  expect(() => log.commit(append('one'))).toThrow('FOREIGN KEY');
  log.raw.setAuthorizer(null);
  log.commit(append('two'));
  expect(log.contents()).toEqual(['two']);
});
