import type { OwnSanction } from '@earshot/shared';
import { expect, test } from 'vitest';
import { Mutes } from './mutes.ts';

const mute: OwnSanction = { kind: 'mute', scope: { type: 'server' }, reason: 'spam', endsAt: null };
const inAnHour = new Date(Date.now() + 3_600_000);

function setUp() {
  const printed: string[] = [];
  let own: readonly OwnSanction[] | Error = [];
  const read = async () => {
    if (own instanceof Error) throw own;
    return own;
  };
  const mutes = new Mutes({ read, print: (line) => printed.push(line) });
  const refresh = (now: readonly OwnSanction[] | Error) => {
    own = now;
    return mutes.refresh('lobby');
  };
  return { printed, mutes, refresh };
}

test('a mute is printed once, however many sanctions it is and however often it is announced', async () => {
  const { printed, refresh } = setUp();
  await refresh([]);
  await refresh([mute]);
  await refresh([mute, mute, { ...mute, endsAt: inAnHour }]);
  expect(printed).toEqual(['* you are muted: spam']);
});

test('a mute is over when no other one holds', async () => {
  const { printed, refresh } = setUp();
  await refresh([mute, { ...mute, reason: 'rude', endsAt: inAnHour }]);
  await refresh([{ ...mute, reason: 'rude', endsAt: inAnHour }]);
  await refresh([{ kind: 'ban', scope: { type: 'server' }, reason: null, endsAt: null }]);
  await refresh([]);
  const until = inAnHour.toLocaleString();
  expect(printed).toEqual([
    '* you are muted: spam',
    `* you are muted until ${until}: rude`,
    '* you are not muted any more',
  ]);
});

test('a failed read changes nothing, and an older answer does not replace a newer one', async () => {
  const { printed, refresh } = setUp();
  await refresh([mute]);
  await refresh(new Error('away'));
  const older = refresh([]);
  const newer = refresh([mute]);
  await Promise.all([older, newer]);
  expect(printed).toEqual(['* you are muted: spam']);
});
