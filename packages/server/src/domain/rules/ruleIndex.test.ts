import { expect, test } from 'vitest';
import type { Rule } from '../../store/rules.ts';
import { RuleIndex } from './ruleIndex.ts';
import { testRule } from './testRules.ts';

const ana = { type: 'user', userId: 'ana' } as const;
const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id);

test('finds rules by their subject and by their room, and replaces those of one id', () => {
  const index = new RuleIndex();
  const scope = { type: 'room', roomId: 'plaza' } as const;
  const ban = testRule({ subject: ana });
  const mute = testRule({ kind: 'mute', subject: ana, scope });
  const lock = testRule({ kind: 'lock', scope });
  const address = testRule({ subject: { type: 'address', hash: 'ana' } });
  for (const rule of [ban, mute, lock, address]) index.set(rule);
  expect(ids(index.ofSubject(ana))).toEqual(ids([ban, mute]));
  expect(ids(index.ofSubject({ type: 'address', hash: 'ana' }))).toEqual(ids([address]));
  expect(index.ofSubject({ type: 'device', hash: 'ana' })).toEqual([]);
  expect(ids(index.ofRoom('plaza'))).toEqual(ids([lock]));
  index.set({ ...ban, reason: 'again' });
  expect(index.ofSubject(ana).map(({ reason }) => reason)).toEqual([null, 'again']);
  expect(index.size).toBe(4);
  for (const { id } of [ban, mute, lock, address]) index.delete(id);
  expect([index.size, index.ofSubject(ana), index.ofRoom('plaza')]).toEqual([0, [], []]);
});

test('is bounded: the oldest rules are dropped, and sign-outs take at most half', () => {
  const dropped: string[] = [];
  const index = new RuleIndex({ max: 10, onDropped: ({ subjectName }) => dropped.push(String(subjectName)) });
  for (let n = 0; n < 10; n += 1) index.set(named(`out ${n}`, 'signOut'));
  expect(dropped).toEqual(['out 0', 'out 1', 'out 2', 'out 3', 'out 4']);
  for (let n = 0; n < 6; n += 1) index.set(named(`ban ${n}`, 'ban'));
  expect(dropped.at(-1)).toBe('out 5');
  expect(index.size).toBe(10);
  for (let n = 0; n < 10; n += 1) index.set(named(`ban ${n}`, 'ban'));
  expect(index.size).toBe(10);
  expect(index.ofSubject({ type: 'user', userId: 'ban 9' })).toHaveLength(1);
});

test('rules in rooms take at most half, so that those of moderators of the server stay in force', () => {
  const index = new RuleIndex({ max: 10 });
  for (let n = 0; n < 5; n += 1) index.set(named(`ban ${n}`, 'ban'));
  const subject = { type: 'user', userId: 'eve' } as const;
  const rooms = Array.from({ length: 20 }, (_, n) => ({ type: 'room', roomId: `room ${n}` }) as const);
  for (const scope of rooms) index.set(testRule({ kind: 'grant', role: 'owner', subject, scope }));
  expect(index.size).toBe(10);
  for (let n = 0; n < 5; n += 1) expect(index.ofSubject({ type: 'user', userId: `ban ${n}` })).toHaveLength(1);
  expect(rooms.filter((scope) => index.grantsIn(scope).length > 0)).toEqual(rooms.slice(15));
  expect(index.ofSubject(subject)).toHaveLength(5);
});

test('finds granted roles by their scope', () => {
  const index = new RuleIndex();
  const area = { type: 'area', cell: 'c' } as const;
  const grant = testRule({ kind: 'grant', subject: ana, scope: area, role: 'areaModerator' });
  index.set(grant);
  index.set(testRule({ kind: 'mute', subject: ana, scope: area }));
  expect(ids(index.grantsIn(area))).toEqual([grant.id]);
  expect(index.grantsIn({ type: 'area', cell: 'd' })).toEqual([]);
  expect(index.grantsIn({ type: 'server' })).toEqual([]);
  index.delete(grant.id);
  expect(index.grantsIn(area)).toEqual([]);
});

test('finds the sanctions of a scope, the latest last, and the rules that accompany another one', () => {
  const index = new RuleIndex();
  const scope = { type: 'room', roomId: 'plaza' } as const;
  const ban = testRule({ subject: ana, scope });
  const lock = testRule({ kind: 'lock', scope });
  const part = testRule({ subject: { type: 'address', hash: 'x' }, scope, partOf: ban.id });
  for (const rule of [ban, lock, part, testRule({ subject: ana })]) index.set(rule);
  index.set(testRule({ kind: 'grant', subject: ana, scope, role: 'owner' }));
  expect([...index.sanctionsIn(scope).keys()]).toEqual(ids([ban, lock, part]));
  expect(ids(index.partsOf(ban.id))).toEqual([part.id]);
  index.set(ban);
  expect([...index.sanctionsIn(scope).keys()]).toEqual(ids([lock, part, ban]));
  for (const { id } of [ban, lock, part]) index.delete(id);
  expect([index.sanctionsIn(scope).size, index.partsOf(ban.id)]).toEqual([0, []]);
});

const named = (userId: string, kind: Rule['kind']) =>
  testRule({ kind, subject: { type: 'user', userId }, subjectName: userId });
