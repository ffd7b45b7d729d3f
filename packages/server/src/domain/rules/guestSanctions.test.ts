import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../../observe/logger.ts';
import type { NewRule } from '../../store/rules.ts';
import { Connection } from '../connection.ts';
import { GuestSanctions } from './guestSanctions.ts';
import { isForNewcomers } from './ruleAbout.ts';
import { openMirrors, TestRuleStore } from './testRules.ts';

const log = createLogger('silent');
const guestId = 'guest-00000000-0000-4000-8000-000000000001';
const actor = { userId: 'mod', username: 'Mod' };
const room = { type: 'room', roomId: 'plaza' } as const;
const days = 24 * 60 * 60 * 1_000;

afterEach(() => void vi.useRealTimers());

/** An instance with its rules, another one with the same rules, and connections of one guest. */
async function bench() {
  const store = new TestRuleStore();
  store.now = Date.now();
  const mirrors = openMirrors(store);
  const open = async () => {
    const rules = await mirrors.open();
    const sanctions = new GuestSanctions({ rules, log });
    rules.onChanged((changed) => sanctions.onChanged(changed));
    return { rules, sanctions };
  };
  const { rules, sanctions } = await open();
  const connect = (address: string, { userId = guestId, deviceHash }: { userId?: string; deviceHash?: string } = {}) =>
    new Connection({ user: { userId, username: 'Grace' }, address, deviceHash });
  const call = (address: string, more: { userId?: string; deviceHash?: string } = {}) =>
    sanctions.noteCall(connect(address, more), more.userId ?? guestId);
  const sanction = (kind: 'ban' | 'mute', lastsMs: number | null = null, userId = guestId) =>
    rules.put({ kind, scope: room, subject: { type: 'user', userId }, actor, lastsMs });
  const parts = () => [...store.rules.values()].filter(({ partOf, isLifted }) => partOf !== null && !isLifted);
  const dispose = () => mirrors[Symbol.asyncDispose]();
  const other = await open();
  return { store, rules, sanctions, other, connect, call, sanction, parts, [Symbol.asyncDispose]: dispose };
}

test.each(['ban', 'mute'] as const)(
  'a %s covers the address and the device of earlier calls, and lifts with it',
  async (kind) => {
    await using made = await bench();
    made.call('192.0.2.1', { deviceHash: 'phone' });
    const rule = await made.sanction(kind);
    await vi.waitFor(() => expect(made.parts()).toHaveLength(2));
    const [address, device] = made.parts();
    expect(address).toMatchObject({
      kind,
      scope: room,
      partOf: rule.id,
      subject: { hash: made.rules.hashOf('192.0.2.1') },
    });
    expect(address?.endsAt?.getTime()).toBeLessThanOrEqual(Date.now() + 30 * days);
    expect(device).toMatchObject({ kind, subject: { type: 'device', hash: 'phone' }, endsAt: null });
    expect(made.rules.of({ type: 'device', hash: 'phone' })).toHaveLength(1);
    made.store.now += 1;
    await made.rules.lift(rule);
    expect(made.rules.of({ type: 'device', hash: 'phone' })).toEqual([]);
  },
);

test('a sanction covers the next calls, once each', async () => {
  await using made = await bench();
  await made.sanction('ban');
  for (let n = 0; n < 5; n += 1) made.call('192.0.2.1');
  made.call('192.0.2.2');
  await vi.waitFor(() => expect(made.parts()).toHaveLength(2));
  const before = made.parts().map(({ updatedAt }) => updatedAt);
  made.store.now += 1;
  made.call('192.0.2.1');
  await made.rules.put({ kind: 'mute', scope: room, subject: { type: 'user', userId: 'other' }, actor });
  expect(made.parts().map(({ updatedAt }) => updatedAt)).toEqual(before);
});

test('a guest who calls from many addresses fills no memory', async () => {
  await using made = await bench();
  await made.sanction('ban');
  for (let n = 0; n < 50; n += 1) made.call(`192.0.2.${n}`);
  await vi.waitFor(() => expect(made.parts()).toHaveLength(8));
  for (let n = 50; n < 100; n += 1) made.call(`192.0.2.${n}`);
  // Stored after what the calls may have begun to store.
  await made.rules.put({ kind: 'mute', scope: room, subject: { type: 'user', userId: 'other' }, actor });
  expect(made.parts()).toHaveLength(8);
});

test('brief sanctions: a mute covers the device, and a ban keeps only newcomers from the address away', async () => {
  await using made = await bench();
  made.call('192.0.2.1', { deviceHash: 'phone' });
  await made.sanction('mute', 60_000);
  await vi.waitFor(() => expect(made.parts()).toHaveLength(1));
  expect(made.parts()).toMatchObject([{ kind: 'mute', subject: { type: 'device' } }]);
  await made.sanction('ban', 60_000);
  await vi.waitFor(() => expect(made.parts()).toHaveLength(3));
  const bans = made.parts().filter(({ kind }) => kind === 'ban');
  expect(bans.map((rule) => [rule.subject?.type, isForNewcomers(rule)])).toEqual([
    ['address', true],
    ['device', false],
  ]);
});

const guest = (n: number) => guestId.replace(/0001$/, String(n).padStart(4, '0'));

test('sanctions of several guests at one address: those that still hold cover it when one is lifted or ends', async () => {
  await using made = await bench();
  const { rules, store } = made;
  const address = { type: 'address', hash: rules.hashOf('192.0.2.1') } as const;
  for (const n of [1, 2, 3]) made.call('192.0.2.1', { userId: guest(n) });
  const brief = await made.sanction('ban', 60 * 60_000, guest(1));
  await vi.waitFor(() => expect(rules.of(address)).toMatchObject([{ partOf: brief.id }]));
  const long = await made.sanction('ban', null, guest(2));
  const kick = await made.sanction('ban', 60_000, guest(3));
  await vi.waitFor(() => expect(rules.of(address)).toHaveLength(3));
  store.now += 1;
  await rules.lift(long);
  await rules.lift(kick);
  expect(rules.of(address)).toMatchObject([{ partOf: brief.id }]);
  await vi.waitFor(() => expect(made.parts()).toHaveLength(1));
});

test('of many sanctions at one address and device, eight cover each, namely those that end last', async () => {
  await using made = await bench();
  for (let n = 1; n <= 20; n += 1) made.call('192.0.2.1', { userId: guest(n), deviceHash: 'phone' });
  for (let n = 1; n <= 20; n += 1) await made.sanction('ban', n <= 10 ? n * days : null, guest(n));
  await vi.waitFor(() => expect(made.parts().filter(({ endsAt }) => endsAt === null)).toHaveLength(8));
  await vi.waitFor(() => expect(made.parts()).toHaveLength(16));
  expect(new Set(made.parts().map(({ partOf }) => partOf)).size).toBe(8);
  made.call('192.0.2.1', { userId: guest(1), deviceHash: 'phone' });
  // Stored after what the call may have begun to store.
  await made.rules.put({ kind: 'mute', scope: room, subject: { type: 'user', userId: 'other' }, actor });
  expect(made.parts()).toHaveLength(16);
});

test('rules that an instance adds while another one lifts the sanction are lifted, and do not come back with a new one', async () => {
  await using made = await bench();
  const { store, rules, other } = made;
  const rule = await made.sanction('ban');
  await vi.waitFor(() => expect(other.rules.get(rule.id)).toBeDefined());
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const put = store.put.bind(store);
  const putLate = async (one: NewRule) => {
    await released;
    return put(one);
  };
  using _late = vi.spyOn(store, 'put').mockImplementationOnce(putLate).mockImplementationOnce(putLate);
  other.sanctions.noteCall(made.connect('192.0.2.1', { deviceHash: 'phone' }), guestId);
  store.now += 1;
  await rules.lift(rule);
  release();
  await vi.waitFor(() => expect([...store.rules.values()].map(({ isLifted }) => isLifted)).toEqual([true, true, true]));
  await vi.waitFor(() => {
    for (const one of [rules, other.rules]) expect(one.countSanctions(room)).toBe(0);
  });
  store.now += 1;
  await rules.put({ kind: 'ban', scope: room, subject: { type: 'user', userId: guestId }, actor });
  expect(rules.of({ type: 'device', hash: 'phone' })).toEqual([]);
});

test('rules that outlast the sanction that they accompany are lifted when it has ended', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  await using made = await bench();
  made.call('192.0.2.1', { deviceHash: 'phone' });
  await made.sanction('ban');
  await vi.waitFor(() => expect(made.parts()).toHaveLength(2));
  // Shortened by an instance that does not know the guest.
  made.store.now += 1;
  using _unknown = vi.spyOn(made.sanctions, 'onChanged').mockImplementationOnce(() => {});
  await made.sanction('ban', 1_000);
  vi.setSystemTime(Date.now() + 1_001);
  expect(made.parts()).toHaveLength(2);
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect(made.parts()).toEqual([]));
});

test('users with an account are never covered', async () => {
  await using made = await bench();
  const rule = await made.sanction('ban', null, 'ada');
  made.sanctions.onConnected(made.connect('192.0.2.1', { userId: 'ada' }), [rule]);
  await made.sanction('mute', null, 'ada');
  expect(made.parts()).toEqual([]);
});

test('a room that is full of sanctions gets none for addresses', async () => {
  await using made = await bench();
  for (let n = 0; n < 999; n += 1) await made.sanction('mute', null, `user ${n}`);
  made.call('192.0.2.1');
  await made.sanction('ban');
  made.call('192.0.2.2');
  expect(made.parts()).toEqual([]);
});
