import { EarshotError } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { Connection } from './connection.ts';

const user = { userId: 'u1', username: 'Ada' };

describe('Connection.runInOrder', () => {
  test('acts in the order of the calls, regardless of the duration of the checks', async () => {
    const connection = new Connection({ address: '192.0.2.1', user });
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const executed: number[] = [];
    const calls = gates.map((gate, i) =>
      connection.runInOrder(
        () => gate.promise,
        async () => {
          executed.push(i);
          return i;
        },
      ),
    );
    for (const gate of gates.toReversed()) gate.resolve();
    expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4]);
    expect(executed).toEqual([0, 1, 2, 3, 4]);
  });

  test('a rejected call neither acts nor blocks the next', async () => {
    const connection = new Connection({ address: '192.0.2.1', user });
    const executed: string[] = [];
    const act = (name: string) => async () => {
      executed.push(name);
    };
    const refused = connection.runInOrder(async () => Promise.reject(new EarshotError('NOT_A_MEMBER')), act('refused'));
    const next = connection.runInOrder(async () => {}, act('next'));
    await expect(refused).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await next;
    expect(executed).toEqual(['next']);
  });

  test('a call is confirmed when it is its turn, and then acts before the next', async () => {
    const connection = new Connection({ address: '192.0.2.1', user });
    const events: string[] = [];
    const gate = Promise.withResolvers<void>();
    const call = (name: string, confirm: () => Promise<void>) => {
      const noteConfirm = () => {
        events.push(`confirm ${name}`);
        return confirm();
      };
      const act = async () => void events.push(name);
      return connection.runInOrder(async () => {}, act, { order: 'a room', confirm: noteConfirm });
    };
    const results = Promise.allSettled([
      call('first', () => gate.promise),
      call('second', () => Promise.reject(new EarshotError('MUTED'))),
      call('third', async () => {}),
    ]);
    gate.resolve();
    expect(await results).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'MUTED' } },
      { status: 'fulfilled' },
    ]);
    expect(events).toEqual(['confirm first', 'first', 'confirm second', 'confirm third', 'third']);
  });

  test('the next call does not wait for an act to finish', async () => {
    const connection = new Connection({ address: '192.0.2.1', user });
    const slow = Promise.withResolvers<void>();
    const first = connection.runInOrder(
      async () => {},
      () => slow.promise,
    );
    await connection.runInOrder(
      async () => {},
      async () => {},
    );
    slow.resolve();
    await first;
  });
});

describe('Connection.user', () => {
  test('the error names the reason why there is no user', () => {
    expect(() => new Connection({ address: '192.0.2.1', user: null }).user).toThrow(
      new EarshotError('UNAUTHENTICATED'),
    );
    expect(() => new Connection({ address: '192.0.2.1', user, expiresAt: new Date(Date.now() - 1) }).user).toThrow(
      new EarshotError('TOKEN_EXPIRED'),
    );
    expect(new Connection({ address: '192.0.2.1', user, expiresAt: new Date(Date.now() + 60_000) }).user).toEqual(user);
  });
});

test('roles are those of the current identity, until it expires', () => {
  const user = { userId: 'ada', username: 'Ada' };
  const connection = new Connection({ user, roles: ['admin'], address: 'a' });
  expect(connection.roles).toEqual(['admin']);
  connection.identify({ user });
  expect(connection.roles).toEqual([]);
  connection.identify({ user, roles: ['moderator'], expiresAt: new Date(Date.now() - 1) });
  expect(() => connection.roles).toThrow(expect.objectContaining({ code: 'TOKEN_EXPIRED' }));
  connection.identify(null);
  expect(() => connection.roles).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
});
