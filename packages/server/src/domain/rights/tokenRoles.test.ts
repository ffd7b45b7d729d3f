import { expect, test, vi } from 'vitest';
import { createLogger } from '../../observe/logger.ts';
import { Connection } from '../connection.ts';
import { OpenConnections } from '../openConnections.ts';
import { openMirrors, TestRuleStore } from '../rules/testRules.ts';
import type { ServerRole } from '../serverRoles.ts';
import { TokenRoles } from './tokenRoles.ts';

const log = createLogger('silent');
const user = { userId: 'boss', username: 'Boss' };

/** Two instances. */
async function bench() {
  const store = new TestRuleStore();
  store.now = Date.now();
  const mirrors = openMirrors(store);
  const open = async () => {
    const rules = await mirrors.open();
    return { rules, roles: new TokenRoles({ rules, openConnections: new OpenConnections(), log }) };
  };
  const put = vi.spyOn(store, 'put');
  const dispose = () => mirrors[Symbol.asyncDispose]();
  return { store, put, a: await open(), b: await open(), [Symbol.asyncDispose]: dispose };
}

const connect = (roles: readonly ServerRole[], issuedAt?: Date) =>
  new Connection({ user, roles, issuedAt, address: '192.0.2.1' });

test('a role in a token is known on other instances, and written once', async () => {
  await using made = await bench();
  const { a, b, put } = made;
  for (let n = 0; n < 20; n += 1) a.roles.note(connect(['moderator', 'admin']));
  await vi.waitFor(() => expect(b.roles.of('boss')).toEqual(['admin']));
  for (let n = 0; n < 20; n += 1) b.roles.note(connect(['admin']));
  expect(put).toHaveBeenCalledTimes(1);
  expect(b.roles.of('other')).toEqual([]);
});

test('users without roles write nothing', async () => {
  await using made = await bench();
  made.a.roles.note(connect([]));
  made.a.roles.note(connect([], new Date()));
  expect(made.put).not.toHaveBeenCalled();
});

test('a newer token without the role ends it; an older one, or one without a time, does not', async () => {
  await using made = await bench();
  const { a, store, put } = made;
  a.roles.note(connect(['admin']));
  await vi.waitFor(() => expect(a.roles.of('boss')).toEqual(['admin']));
  store.now += 1;
  for (const issuedAt of [new Date(store.now - 60_000), undefined]) a.roles.note(connect([], issuedAt));
  expect([a.roles.of('boss'), put.mock.calls.length]).toEqual([['admin'], 1]);
  a.roles.note(connect([], new Date(store.now + 1_000)));
  await vi.waitFor(() => expect(a.roles.of('boss')).toEqual([]));
});

test.each<{ roles: ServerRole[] }>([{ roles: ['moderator'] }, { roles: [] }])(
  'the role in the token that was issued last wins, whichever is used last: $roles',
  async ({ roles }) => {
    await using made = await bench();
    const { a, b, store } = made;
    const [earlier, later] = [new Date(store.now - 60_000), new Date(store.now - 30_000)];
    const noted = () => b.rules.of({ type: 'user', userId: 'boss' }).map(({ role }) => role);
    a.roles.note(connect(['admin'], earlier));
    await vi.waitFor(() => expect(noted()).toEqual(['admin']));
    store.now += 1;
    a.roles.note(connect(roles, later));
    await vi.waitFor(() => expect(noted()).toEqual([roles[0] ?? null]));
    store.now += 1;
    for (const one of [a, b]) one.roles.note(connect(['admin'], earlier));
    // Stored after what the notes may have begun to store.
    const other = { type: 'user', userId: 'other' } as const;
    await b.rules.put({ kind: 'ban', scope: { type: 'server' }, subject: other, actor: user });
    expect([b.roles.of('boss'), noted()]).toEqual([roles, [roles[0] ?? null]]);
  },
);

test('a later token with the same role is noted, so that it outlasts an earlier sign-out and earlier tokens', async () => {
  await using made = await bench();
  const { a, store } = made;
  const at = (ms: number) => new Date(store.now + ms);
  a.roles.note(connect(['moderator'], at(-3_000)));
  await vi.waitFor(() => expect(a.roles.of('boss')).toEqual(['moderator']));
  const [middle, last] = [at(-2_000), at(-1_000)];
  a.roles.note(connect(['moderator'], last));
  await vi.waitFor(() => expect(made.put).toHaveBeenCalledTimes(2));
  store.now += 1;
  a.roles.note(connect(['admin'], middle));
  expect(made.put).toHaveBeenCalledTimes(2);
  expect(a.roles.of('boss')).toEqual(['moderator']);
});

test.each(['earlier', 'later'])(
  'of two tokens that two instances see at once, the %s one first, the one that was issued last wins',
  async (first) => {
    await using made = await bench();
    const { a, b, store } = made;
    const noteLater = () => b.roles.note(connect(['moderator'], new Date(store.now - 1_000)));
    if (first === 'later') noteLater();
    a.roles.note(connect(['admin'], new Date(store.now - 2_000)));
    if (first === 'earlier') noteLater();
    await vi.waitFor(() => {
      for (const one of [a, b]) expect(one.roles.of('boss')).toEqual(['moderator']);
    });
  },
);

test('an identity that has expired is not noted', async () => {
  await using made = await bench();
  const { a, store } = made;
  a.roles.note(connect(['admin'], new Date(store.now - 2_000)));
  await vi.waitFor(() => expect(a.roles.of('boss')).toEqual(['admin']));
  const [issuedAt, expiresAt] = [new Date(store.now - 1_000), new Date(store.now - 500)];
  a.roles.note(new Connection({ user, roles: ['admin'], issuedAt, expiresAt, address: '192.0.2.1' }));
  expect([a.roles.of('boss'), made.put.mock.calls.length]).toEqual([['admin'], 1]);
});

test('signing the user out everywhere ends it', async () => {
  await using made = await bench();
  const { a, store } = made;
  a.roles.note(connect(['moderator']));
  await vi.waitFor(() => expect(a.roles.of('boss')).toEqual(['moderator']));
  store.now += 1;
  const subject = { type: 'user', userId: 'boss' } as const;
  await a.rules.put({ kind: 'signOut', scope: { type: 'server' }, subject, actor: user });
  expect(a.roles.of('boss')).toEqual([]);
});
