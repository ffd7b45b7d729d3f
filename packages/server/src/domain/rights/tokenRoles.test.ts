import { expect, test, vi } from 'vitest';
import { createInProcessBroker } from '../../broker/inProcessBroker.ts';
import { ControlTopic } from '../../feed/controlTopic.ts';
import { createLogger } from '../../observe/logger.ts';
import { Connection } from '../connection.ts';
import { OpenConnections } from '../openConnections.ts';
import { RuleMirror } from '../rules/ruleMirror.ts';
import { TestRuleStore } from '../rules/testRules.ts';
import type { ServerRole } from '../serverRoles.ts';
import { TokenRoles } from './tokenRoles.ts';

const log = createLogger('silent');
const user = { userId: 'boss', username: 'Boss' };

/** Two instances. */
async function bench() {
  const stack = new AsyncDisposableStack();
  const broker = stack.adopt(createInProcessBroker(), (part) => part.close());
  const store = new TestRuleStore();
  store.now = Date.now();
  const open = async () => {
    const control = stack.adopt(new ControlTopic(broker, log), (part) => part.close());
    const rules = stack.adopt(new RuleMirror({ store, control, log }), (part) => part.close());
    await rules.start();
    return { rules, roles: new TokenRoles({ rules, openConnections: new OpenConnections(), log }) };
  };
  const put = vi.spyOn(store, 'put');
  const dispose = () => stack.disposeAsync();
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
