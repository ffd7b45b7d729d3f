import { expect, test } from 'vitest';
import type { Rule } from '../../store/rules.ts';
import type { RuleListener } from '../rules/ruleMirror.ts';
import { Retention } from './retention.ts';

const day = 24 * 60 * 60_000;

function ruleOf(roomId: string, days: number, isLifted = false): Rule {
  return {
    ...{
      id: roomId,
      kind: 'retention',
      scope: { type: 'room', roomId },
      subject: null,
      subjectName: null,
      partOf: null,
    },
    ...{ role: 'owner', intervalMs: days * day, reason: null, actor: { userId: 'ana', username: 'Ana' }, endsAt: null },
    ...{ createdAt: new Date(0), updatedAt: new Date(0), isLifted },
  };
}

/** The retention at day 100, with rules that tests change. */
function retentionOf(ttlDays: number | null) {
  const inForce = new Map<string, Rule>();
  const listeners: RuleListener[] = [];
  const retention = new Retention({
    ttlMs: ttlDays === null ? null : ttlDays * day,
    rules: {
      get isEmpty() {
        return inForce.size === 0;
      },
      ofRoom: (roomId) => [inForce.get(roomId)].filter((rule) => rule !== undefined),
      isInForce: ({ isLifted }) => !isLifted,
      onChanged: (listener) => {
        listeners.push(listener);
        return () => {};
      },
    },
    clock: () => 100 * day,
  });
  const change = (rule: Rule) => {
    if (rule.isLifted) inForce.delete(rule.id);
    else inForce.set(rule.id, rule);
    for (const listener of listeners) listener([rule]);
  };
  return { retention, change };
}

test.each([
  { server: null, own: null, kept: null },
  { server: 30, own: null, kept: 30 },
  { server: null, own: 7, kept: 7 },
  { server: 30, own: 7, kept: 7 },
  { server: 30, own: 60, kept: 30 },
])('with $server days on the server and $own in the room, messages are kept for $kept', ({ server, own, kept }) => {
  const { retention, change } = retentionOf(server);
  if (own !== null) change(ruleOf('plaza', own));
  change(ruleOf('park', 1));
  const before = kept === null ? null : (100 - kept) * day;
  expect([retention.ttlOf('plaza'), retention.expiredBefore('plaza')]).toEqual([kept && kept * day, before]);
  expect(retention.roomRules('plaza')).toMatchObject({ messageTtlMs: kept && kept * day, isLocked: false });
  expect(retention.hasRoomRules('plaza')).toBe(kept !== null);
  const isExpired = (at: number) => retention.isExpired({ roomId: 'plaza', timestamp: new Date(at) });
  expect([isExpired((before ?? 0) - 1), isExpired(before ?? 0)]).toEqual([kept !== null, false]);
  const swept = kept === null ? [] : [{ roomId: 'plaza', before: new Date(before ?? 0) }];
  expect(retention.expiring(['plaza'])).toEqual(swept);
});

test('rooms with a time of their own are known until it is lifted', () => {
  const { retention, change } = retentionOf(null);
  change(ruleOf('plaza', 7));
  change(ruleOf('park', 7));
  change({ ...ruleOf('club', 7), kind: 'slowMode' });
  expect([...retention.roomsWithOwnTime]).toEqual(['plaza', 'park']);
  change(ruleOf('plaza', 7, true));
  expect([...retention.roomsWithOwnTime]).toEqual(['park']);
});
