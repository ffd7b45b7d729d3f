import { limits } from '@earshot/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BrokerEvent } from '../feed/envelope.ts';
import { Announcer, type PresenceAnnouncement } from './announcer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An announcer in a room with one other user, and its announcements. */
function setUp() {
  const announced: string[] = [];
  let present = new Set<string>();
  let isReachable = true;
  const publish = async (_roomId: string, event: BrokerEvent) => {
    if (event.type === 'user.joined' || event.type === 'user.left') {
      announced.push(`${event.type.slice(5)} ${event.user.userId} ${event.userCount}`);
    } else announced.push(event.type);
  };
  const statusOf = async (_roomId: string, userId: string) => {
    if (!isReachable) throw new Error('away');
    return { isPresent: present.has(userId), userCount: 1 + present.size };
  };
  const counts = async () => [1 + present.size];
  const announcer = new Announcer({ hub: { publish }, presence: { statusOf, counts }, log: { debug: () => {} } });
  const joinOrLeave = (type: PresenceAnnouncement['type'], userId: string, roomId = 'lobby') => {
    present = new Set(present);
    if (type === 'user.joined') present.add(userId);
    else present.delete(userId);
    const announcement = { type, roomId, user: { userId, username: userId }, userCount: 1 + present.size };
    return announcer.announce(announcement);
  };
  return {
    announcer,
    announced,
    join: (userId: string, roomId?: string) => joinOrLeave('user.joined', userId, roomId),
    leave: (userId: string, roomId?: string) => joinOrLeave('user.left', userId, roomId),
    /** The user joins or leaves on another instance, which announces it. */
    onOtherInstance: (type: PresenceAnnouncement['type'], userId: string) =>
      type === 'user.joined' ? present.add(userId) : present.delete(userId),
    makeUnreachable: () => {
      isReachable = false;
    },
  };
}

describe('Announcer', () => {
  test('announces a join and a leave immediately', async () => {
    const { announced, join, leave } = setUp();
    await join('ada');
    await leave('ada');
    expect(announced).toEqual(['joined ada 2', 'left ada 1']);
  });

  test.each([
    ['present in the end', 101, ['joined ada 2', 'left ada 1', 'joined ada 2']],
    ['absent in the end', 100, ['joined ada 2', 'left ada 1']],
  ])('announces the final state of a flapping user: %s', async (_case, changes, expected) => {
    const { announced, join, leave } = setUp();
    for (let i = 0; i < changes; i += 1) await (i % 2 ? leave('ada') : join('ada'));
    expect(announced).toEqual(['joined ada 2', 'left ada 1']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(announced).toEqual(expected);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a user who flaps for a minute is announced at most once in five seconds each way', async () => {
    const { announced, join, leave } = setUp();
    for (let ms = 0; ms < 60_000; ms += 100) {
      await (ms % 200 ? leave('ada') : join('ada'));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(announced.filter((one) => one.startsWith('joined')).length).toBeLessThanOrEqual(13);
    expect(announced.filter((one) => one.startsWith('left')).length).toBeLessThanOrEqual(13);
    expect(announced.length).toBeGreaterThan(6);
  });

  test('users and rooms are announced independently', async () => {
    const { announced, join, leave } = setUp();
    for (const act of [join, leave, join]) await act('ada');
    await join('bob');
    await join('ada', 'plaza');
    expect(announced).toEqual(['joined ada 2', 'left ada 1', 'joined bob 3', 'joined ada 3']);
  });

  test('a held announcement has the current count, including changes by other instances', async () => {
    const { announced, join, leave, onOtherInstance } = setUp();
    for (const act of [join, leave, join, leave]) await act('ada');
    onOtherInstance('user.joined', 'ada');
    onOtherInstance('user.joined', 'bob');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(announced.at(-1)).toBe('joined ada 3');
  });

  test('announces the last known state when presence is unreachable', async () => {
    const { announced, join, leave, makeUnreachable } = setUp();
    for (const act of [join, leave, join]) await act('ada');
    makeUnreachable();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(announced.at(-1)).toBe('joined ada 2');
  });

  test('on close it announces held changes, and holds none afterwards', async () => {
    const { announcer, announced, join, leave } = setUp();
    for (const act of [join, leave, join]) await act('ada');
    await announcer.close();
    expect(announced).toEqual(['joined ada 2', 'left ada 1', 'joined ada 2']);
    await leave('ada');
    expect(announced.at(-1)).toBe('left ada 1');
    expect(vi.getTimerCount()).toBe(0);
  });
});

const user = { userId: 'ada', username: 'Ada' };

interface CrowdOptions {
  /** What presence counts; null while it is unreachable. */
  counted: number | null;
  /** Presence answers when it resolves. */
  counting?: Promise<void>;
  isVisible?: () => Promise<boolean>;
}

/** An announcer of a room whose users presence counts. */
function setUpCrowd({ counted, counting, isVisible }: CrowdOptions) {
  const events: BrokerEvent[] = [];
  const hub = { publish: async (_roomId: string, event: BrokerEvent) => void events.push(event) };
  const counts = async () => {
    await counting;
    if (counted === null) throw new Error('away');
    return [counted];
  };
  const presence = { statusOf: async () => ({ isPresent: true, userCount: counted ?? 0 }), counts };
  const announcer = new Announcer({ hub, presence, log: { debug: () => {} }, ...(isVisible && { isVisible }) });
  const announce = (type: PresenceAnnouncement['type'], userCount: number) =>
    announcer.announce({ type, roomId: 'lobby', user, userCount });
  return { events, announcer, announce };
}

describe.each(['user.joined', 'user.left'] as const)('%s', (type) => {
  test('is published with the user in a room of 100', async () => {
    expect(limits.announcedPresenceMax).toBe(100);
    const { events, announce } = setUpCrowd({ counted: 100 });
    await announce(type, 100);
    expect(events).toEqual([{ type, user, userCount: 100 }]);
  });

  test('is published as a count in a room of 101', async () => {
    const { events, announce } = setUpCrowd({ counted: 101 });
    await announce(type, 101);
    await vi.advanceTimersByTimeAsync(200);
    expect(events).toEqual([{ type: 'presence', userCount: 101 }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('in a crowded room', () => {
  test.each([
    ['the count of presence, which knows other instances', 160, 160],
    ['the last known count when presence is unreachable', null, 150],
  ])('the changes within 200 ms are one count: %s', async (_case, counted, userCount) => {
    const { events, announce } = setUpCrowd({ counted });
    for (let count = 101; count <= 150; count += 1) await announce('user.joined', count);
    expect(events).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(events).toEqual([{ type: 'presence', userCount }]);
  });

  test('an older count does not follow the announcement of a user', async () => {
    const { events, announce } = setUpCrowd({ counted: 101 });
    await announce('user.joined', 101);
    await announce('user.left', 100);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events).toEqual([{ type: 'user.left', user, userCount: 100 }]);
  });

  test('a count that is being read does not follow it either, and a later one does', async () => {
    const { promise: counting, resolve } = Promise.withResolvers<void>();
    const { events, announce } = setUpCrowd({ counted: 101, counting });
    await announce('user.joined', 101);
    await vi.advanceTimersByTimeAsync(200);
    await announce('user.left', 100);
    resolve();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events).toEqual([{ type: 'user.left', user, userCount: 100 }]);
    await announce('user.joined', 101);
    await vi.advanceTimersByTimeAsync(200);
    expect(events.slice(1)).toEqual([{ type: 'presence', userCount: 101 }]);
  });

  test('a count that is collected while the visibility of a leaving user is read follows the announcement', async () => {
    const read = Promise.withResolvers<boolean>();
    const { events, announce } = setUpCrowd({ counted: 101, isVisible: () => read.promise });
    const left = announce('user.left', 100);
    await announce('user.joined', 101);
    read.resolve(true);
    await left;
    await vi.advanceTimersByTimeAsync(200);
    expect(events).toEqual([
      { type: 'user.left', user, userCount: 100 },
      { type: 'presence', userCount: 101 },
    ]);
  });

  test('a collected count is published on close', async () => {
    const { events, announcer, announce } = setUpCrowd({ counted: 102 });
    await announce('user.joined', 102);
    await announcer.close();
    expect(events).toEqual([{ type: 'presence', userCount: 102 }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
