import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@earshot/shared';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CommandRunner, startCommandRunner } from '../resources/commandRunner.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { reportedRoom } from '../resources/reportedRoom.ts';
import { clusterSettings, startServer } from '../resources/server.ts';
import { checkedTokens } from '../resources/tokens.ts';

/** Time for a running server to follow without a broker. */
const deadline = { timeout: 10_000, interval: 50 };

let earshotCommand: CommandRunner;
beforeAll(() => {
  earshotCommand = startCommandRunner();
});
afterAll(() => earshotCommand[Symbol.asyncDispose]());

async function startDeployment(settings: Record<string, string>) {
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await dataFolder());
  const env = { ...checkedTokens, DATA_DIR: folder.path, ...settings };
  const server = undo.use(await startServer({ env }));
  const held = undo.move();
  const admin = async (...args: string[]) => {
    const { code, output } = await earshotCommand.run(['admin', ...args], env);
    expect({ code, output }).toEqual({ code: 0, output: expect.any(String) });
    return output;
  };
  return { a: server, b: server, env, folder, admin, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

describe.each([
  ['embedded', () => ({})],
  ['MongoDB and Redis', clusterSettings],
])('earshot admin beside a running server, %s', (_name, settings) => {
  test('reports: listed, shown and resolved', async () => {
    await using earshot = await startDeployment(settings());
    await using room = await reportedRoom(earshot);
    const { id } = await room.report();
    expect(await earshot.admin('reports', 'list')).toMatch(new RegExp(`${id}.*spam.*Ben.*“buy this”`));
    expect(await earshot.admin('reports', 'list', '--room', room.roomId, '--kind', 'held')).toContain(
      'No open reports.',
    );
    const shown = JSON.parse(await earshot.admin('reports', 'show', id, '--json'));
    expect(shown).toMatchObject({ id, message: { content: 'buy this' }, reporter: { username: 'Cleo' } });
    expect(await earshot.admin('reports', 'resolve', id, 'removed', '--note', 'an advertisement')).toContain('removed');
    expect((await room.mod.api.reports.list.query({ scope: room.scope })).reports).toEqual([]);
    expect((await room.cleo.api.reports.mine.query({})).reports).toMatchObject([{ state: 'resolved' }]);
    expect(await earshot.admin('reports', 'show', id)).toMatch(
      /resolved: .* by the operator: removed; an advertisement/,
    );
    const ben = await earshot.admin('users', 'show', room.benId);
    for (const text of [`report: ${id}`, `member: `, `${room.message.id} in ${room.roomId}: “buy this”`]) {
      expect(ben).toContain(text);
    }
    const search = (...args: string[]) => earshot.admin('users', 'search', ...args);
    for (const args of [['BE'], ['ben', '--room', room.roomId], [room.benId, '--at', room.at]]) {
      expect(await search(...args)).toBe(`Ben (${room.benId})\n`);
    }
    expect(await search('nobody')).toContain('No user');
    for (const [text, problem] of [
      ['', 'too short'],
      ['x'.repeat(1_000), 'too long'],
    ] as const) {
      const { code, output } = await earshotCommand.run(['admin', 'users', 'search', text], earshot.env);
      expect([code, output]).toEqual([1, expect.stringContaining(problem)]);
    }
  }, 60_000);

  test('roles: granted, in force on the running server, and withdrawn', async () => {
    await using earshot = await startDeployment(settings());
    await using room = await reportedRoom(earshot);
    const list = () => room.ben.api.reports.list.query({ scope: { type: 'server' } });
    await expect(list()).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } });
    await earshot.admin('roles', 'grant', room.benId, 'moderator', '--yes', '--name', 'Ben');
    await vi.waitFor(list, deadline);
    expect(await earshot.admin('roles', 'list')).toMatch(/moderator: Ben \(ben \d+\), granted .* by the operator/);
    await earshot.admin('roles', 'withdraw', room.benId);
    await vi.waitFor(() => expect(list()).rejects.toMatchObject({ data: { errorCode: 'NOT_ALLOWED' } }), deadline);
    await earshot.admin('roles', 'grant', room.benId, 'roomModerator', '--room', room.roomId);
    await vi.waitFor(() => room.ben.api.reports.list.query({ scope: room.scope }), deadline);
    const log = JSON.parse(await earshot.admin('audit', 'list', '--json', '--subject', room.benId));
    expect(log).toMatchObject([
      { action: 'grantRole', actor: { userId: '', username: 'operator' }, scope: 'room', roomId: room.roomId },
      { action: 'withdrawRole', scope: 'server' },
      { action: 'grantRole', scope: 'server', detail: { type: 'role', role: 'moderator' } },
    ]);
    expect(await earshot.admin('audit', 'list', '--action', 'grantRole', '--subject', room.adaId)).toBe(
      'No decisions.\n',
    );
    const { code, output } = await earshotCommand.run(['admin', 'audit', 'list', '--action', 'nonsense'], earshot.env);
    expect([code, output]).toEqual([1, expect.stringMatching(/Allowed choices are muteUser, .*grantRole/)]);
  }, 60_000);

  test('sanctions: in force on the running server, listed and lifted', async () => {
    await using earshot = await startDeployment(settings());
    await using room = await reportedRoom(earshot);
    const { roomId } = room;
    const send = () => room.ben.api.messages.send.mutate({ roomId, content: 'hello' });
    const refused = (errorCode: string) => () => expect(send()).rejects.toMatchObject({ data: { errorCode } });
    await earshot.admin('sanctions', 'mute', room.benId, '--room', roomId, '--for', '2h', '--reason', 'spam');
    await vi.waitFor(refused('MUTED'), deadline);
    expect(await earshot.admin('users', 'show', room.benId)).toContain(`in force: mute (room ${roomId}) until`);
    const [muted] = JSON.parse(await earshot.admin('sanctions', 'list', '--room', roomId, '--json'));
    expect(muted).toMatchObject({
      kind: 'mute',
      userId: room.benId,
      reason: 'spam',
      moderator: { username: 'operator' },
    });
    await earshot.admin('sanctions', 'lift', muted.id);
    await vi.waitFor(send, deadline);
    await earshot.admin('sanctions', 'close', roomId);
    await vi.waitFor(refused('ROOM_CLOSED'), deadline);
    await earshot.admin('sanctions', 'reopen', roomId);
    await vi.waitFor(send, deadline);
    const { rooms } = room.ben.api;
    const ttl = async () => (await rooms.get.query({ roomId })).messageTtlMs ?? null;
    await earshot.admin('sanctions', 'retention', roomId, '7', '--yes', '--reason', 'private');
    await vi.waitFor(async () => expect(await ttl()).toBe(7 * 24 * 3_600_000), deadline);
    expect(await earshot.admin('sanctions', 'list', '--room', roomId)).toMatch(/^retention: 7 days, since/m);
    await earshot.admin('sanctions', 'retention', roomId, 'off');
    await vi.waitFor(async () => expect(await ttl()).toBeNull(), deadline);
  }, 60_000);

  test('a message is removed for watchers, which is recorded once', async () => {
    await using earshot = await startDeployment(settings());
    await using room = await reportedRoom(earshot);
    const { roomId, message } = room;
    using watch = room.cleo.watch(roomId);
    await watch.until(({ event }) => event.type === 'snapshot');
    const remove = () => earshot.admin('remove', roomId, message.id, '--reason', 'an advertisement');
    expect(await remove()).toBe('Removed.\n');
    const tombstone = { id: message.id, content: '', deleted: true, removedBy: 'moderator' };
    await watch.until(({ event }) => event.type === 'message.updated' && event.message.deleted);
    const { messages } = await room.cleo.api.messages.history.query({ roomId });
    expect(messages).toMatchObject([tombstone]);
    expect(await remove()).toContain('deleted already');
    const log = JSON.parse(await earshot.admin('audit', 'list', '--json', '--room', roomId));
    expect(log).toMatchObject([
      {
        ...{ action: 'removeMessage', actor: { userId: '', username: 'operator' }, subjectUserId: room.benId },
        reason: 'an advertisement',
      },
    ]);
  }, 60_000);

  test('audit: exported as CSV and as JSON lines', async () => {
    await using earshot = await startDeployment(settings());
    await using room = await reportedRoom(earshot);
    const { id } = await room.report();
    await room.ada.api.reports.resolve.mutate({ reportId: id, outcome: 'other', note: '=1+1, “x”\n"y"' });
    const file = join(earshot.folder.path, 'audit.csv');
    await earshot.admin('audit', 'export', '--output', file);
    const [head, ...rows] = (await readFile(file, 'utf8')).split('\r\n');
    expect(head).toBe('id,time,action,actor_id,actor_name,subject_id,room_id,scope,reason,detail');
    expect(rows.join('\r\n')).toContain(`,room,"'=1+1, “x”\n""y""",report ${id}: other\r\n`);
    const lines = (await earshot.admin('audit', 'export', '--format', 'jsonl', '--room', room.roomId))
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { action: 'resolveReport', reason: '=1+1, “x”\n"y"' },
    ]);
    const again = await earshotCommand.run(['admin', 'audit', 'export', '--output', file], earshot.env);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('EEXIST') });
  }, 60_000);
});

describe('earshot admin', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let env: Record<string, string> = {};
  beforeAll(async () => {
    folder = await dataFolder();
    env = { DATA_DIR: folder.path };
    await using _server = await startServer({ env });
    return () => folder[Symbol.asyncDispose]();
  });

  test.each([
    [['roles', 'grant', 'ben', 'moderator'], 'Confirm with --yes'],
    [['roles', 'grant', 'ben', 'owner'], 'The role owner needs --room'],
    [['roles', 'withdraw', 'ben'], 'granted no role here'],
    [['reports', 'show', newId()], 'There is no such report'],
    [['reports', 'list', '--room', 'elsewhere'], 'There is no such room'],
    [['reports', 'list', '--at', '91,0'], 'latitude'],
    [['audit', 'list', '--since', 'yesterday'], 'must be a date'],
    [['remove', newId(), newId()], 'There is no such room'],
    [['remove', newId(), 'first'], 'must be the id of a message'],
    [['remove', newId(), newId(), '--reason', 'x'.repeat(501)], 'at most 500 characters'],
  ])('%j fails: %s', async (args, message) => {
    const { code, output } = await earshotCommand.run(['admin', ...args], env);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(message) });
    expect(output).not.toMatch(/ {4}at /);
  });

  test.each([
    [['audit', 'list'], 'No decisions.'],
    [['reports', 'list'], 'No open reports.'],
    [['users', 'show', 'ben'], 'Nothing is known'],
  ])('%j without a running server', async (args, message) => {
    expect(await earshotCommand.run(['admin', ...args], env)).toMatchObject({
      code: 0,
      output: expect.stringContaining(message),
    });
  });

  test.each([[[]], [['reports', 'list']]])('%j has a help', async (args) => {
    const { code, output } = await earshotCommand.run(['admin', ...args, '--help'], env);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Usage: earshot admin') });
  });
});
