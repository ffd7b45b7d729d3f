import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EarshotClientError, type RoomEvent, type User } from '../index.ts';
import { PresenceList } from './presenceList.ts';

const user = (username: string): User => ({ userId: username.toLowerCase(), username });
const joined = (name: string, userCount: number): RoomEvent => ({ type: 'user.joined', user: user(name), userCount });
const left = (name: string, userCount: number): RoomEvent => ({ type: 'user.left', user: user(name), userCount });
const counted = (userCount: number): RoomEvent => ({ type: 'presence', userCount });

/** A list whose answers are given by hand. */
function open() {
  const queries: { answer(...names: string[]): Promise<void>; fail(error: unknown): Promise<void> }[] = [];
  let current: readonly User[] = [];
  let changes = 0;
  const list = new PresenceList({
    list: () => {
      const { promise, resolve, reject } = Promise.withResolvers<User[]>();
      const settled = () => vi.advanceTimersByTimeAsync(0);
      queries.push({
        answer: (...names) => {
          resolve(names.map(user));
          return settled().then(() => {});
        },
        fail: (error) => {
          reject(error);
          return settled().then(() => {});
        },
      });
      return promise;
    },
    onChange: (members) => {
      current = members;
      changes += 1;
    },
  });
  return { list, queries, names: () => current.map(({ username }) => username), changes: () => changes };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('joins and leaves', () => {
  test('change the list without another query', async () => {
    const { list, queries, names } = open();
    void list.refresh();
    await queries[0]?.answer('Ada', 'Bob');
    list.onEvent(joined('Eve', 3));
    list.onEvent(left('Bob', 2));
    expect(names()).toEqual(['Ada', 'Eve']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queries).toHaveLength(1);
  });

  test.each([
    { known: 'before', answer: ['Ada', 'Eve'] },
    { known: 'after', answer: ['Ada', 'Bob'] },
  ])('while the list is pending are applied, whether $known', async ({ answer }) => {
    const { list, queries, names } = open();
    void list.refresh();
    list.onEvent(joined('Bob', 3));
    list.onEvent(left('Eve', 2));
    await queries[0]?.answer(...answer);
    expect(names().toSorted()).toEqual(['Ada', 'Bob']);
  });

  test('an older query is ignored after a newer one', async () => {
    const { list, queries, names } = open();
    void list.refresh();
    void list.refresh();
    await queries[1]?.answer('Ada');
    await queries[0]?.answer('Ada', 'Bob');
    expect(names()).toEqual(['Ada']);
  });
});

test('a user who changes the name keeps the position', async () => {
  const { list, queries, names } = open();
  void list.refresh();
  await queries[0]?.answer('Ada', 'Bob');
  list.onEvent({ type: 'typing', user: { userId: 'ada', username: 'Ada L.' }, isTyping: true });
  expect(names()).toEqual(['Ada L.', 'Bob']);
  list.onEvent({ type: 'user.renamed', user: { userId: 'bob', username: 'Robert' }, formerName: 'Bob' });
  list.onEvent({ type: 'user.renamed', user: { userId: 'eve', username: 'Eva' }, formerName: 'Eve' }); // not listed
  expect(names()).toEqual(['Ada L.', 'Robert']);
  list.onEvent({ type: 'user.joined', user: { userId: 'ada', username: 'Ada Lovelace' }, userCount: 2 });
  expect(names()).toEqual(['Ada Lovelace', 'Robert']);
});

test('users keep their positions, and an equal list is the same object', async () => {
  const { list, queries, names, changes } = open();
  void list.refresh();
  await queries[0]?.answer('Ada', 'Bob', 'Eve');
  void list.refresh();
  await queries[1]?.answer('Eve', 'Ada', 'Bob');
  expect(changes()).toBe(1);
  void list.refresh();
  await queries[2]?.answer('Zoe', 'Eve', 'Bob');
  expect(names()).toEqual(['Bob', 'Eve', 'Zoe']);
});

describe('the list is loaded again', () => {
  test('when it does not match the count for a while', async () => {
    const { list, queries, names } = open();
    void list.refresh();
    await queries[0]?.answer('Ada');
    list.onEvent(joined('Bob', 3));
    await vi.advanceTimersByTimeAsync(499);
    expect(queries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_001);
    await queries[1]?.answer('Ada', 'Bob', 'Eve');
    expect(names()).toEqual(['Ada', 'Bob', 'Eve']);
  });

  test('but not when the missing event arrives', async () => {
    const { list, queries } = open();
    void list.refresh();
    await queries[0]?.answer('Ada');
    list.onEvent(joined('Bob', 3));
    list.onEvent(joined('Eve', 3));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queries).toHaveLength(1);
  });

  test('in a large room at most once in five seconds, even if the count matches', async () => {
    const { list, queries } = open();
    const crowd = Array.from({ length: 150 }, (_, i) => `U${i}`);
    void list.refresh();
    await queries[0]?.answer(...crowd);
    for (let second = 0; second < 60; second += 1) {
      list.onEvent(counted(150));
      await vi.advanceTimersByTimeAsync(1_000);
      await queries.at(-1)?.answer(...crowd);
    }
    expect(queries.length).toBeGreaterThanOrEqual(1 + 5);
    expect(queries.length).toBeLessThanOrEqual(1 + 12);
  });

  test('after a temporary failure, and not after a permanent one', async () => {
    const { list, queries } = open();
    void list.refresh();
    await queries[0]?.fail(new EarshotClientError('BROKER_UNAVAILABLE'));
    await vi.advanceTimersByTimeAsync(4_999);
    expect(queries).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5_001);
    expect(queries).toHaveLength(2);
    await queries[1]?.fail(new EarshotClientError('NOT_A_MEMBER'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queries).toHaveLength(2);
  });

  test('not while a query is pending', async () => {
    const { list, queries } = open();
    void list.refresh();
    list.onEvent(joined('Bob', 3));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queries).toHaveLength(1);
    list.onEvent(counted(3));
    await queries[0]?.answer('Ada', 'Bob', 'Eve');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queries).toHaveLength(2);
  });

  test('never after `stop`', async () => {
    const { list, queries, names } = open();
    void list.refresh();
    list.onEvent(counted(5));
    list.stop();
    await queries[0]?.answer('Ada');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(queries).toHaveLength(1);
    expect(names()).toEqual([]);
  });
});

test('users who are counted but not listed cause no further queries', async () => {
  const { list, queries, names } = open();
  list.onEvent(counted(3));
  void list.refresh();
  await queries[0]?.answer('Ada', 'Bob');
  list.onEvent(joined('Eve', 4));
  list.onEvent(left('Bob', 3));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([names(), queries.length]).toEqual([['Ada', 'Eve'], 1]);
  list.onEvent(joined('Dan', 5)); // another join was lost
  await vi.advanceTimersByTimeAsync(2_000);
  expect(queries).toHaveLength(2);
});
