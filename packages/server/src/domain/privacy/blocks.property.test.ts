import { setImmediate as immediate } from 'node:timers/promises';
import { newId } from '@earshot/shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BrokerEvent, type FeedEvent, isChange, isInternal } from '../../feed/envelope.ts';
import { FanOutWatcher } from '../../feed/fanOutWatcher.ts';
import { Cursor } from '../../feed/ring.ts';
import { at, createFanOutBench, TestSink } from '../../feed/testFanOut.ts';
import { addUsersOf, intersect } from '../../feed/usersOf.ts';
import type { Watcher } from '../../feed/watcher.ts';
import { noSettings } from '../../store/privacy.ts';
import { UserPrivacy } from './userPrivacy.ts';
import { visibleEvent } from './visible.ts';

// The fan-out writes an event as it is to every watcher that hides none of its users, without asking the watcher.

const userId = fc.constantFrom('ann', 'bob', 'cid', 'dan', 'eve');
const blockedIds = fc.uniqueArray(userId);
const user = userId.map((id) => ({ userId: id, username: id }));
const reaction = fc.record({
  emoji: fc.constantFrom('👍', '👎'),
  count: fc.integer({ min: 5, max: 9 }),
  userIds: fc.uniqueArray(userId),
});
const message = fc.record({
  ...{
    id: fc.constant('').map(() => newId()),
    roomId: fc.constant('room'),
    seq: fc.constant(1),
    updatedSeq: fc.constant(1),
  },
  ...{ userId, username: fc.constant('Somebody'), content: fc.constant('hello'), timestamp: fc.constant(new Date(1)) },
  ...{ editedAt: fc.constant(null), deleted: fc.boolean(), reactions: fc.array(reaction, { maxLength: 3 }) },
});
const reacted = fc.record({ userId, emoji: fc.constant('👍'), on: fc.boolean() });
const type = <T extends string>(name: T) => fc.constant(name);
const userCount = fc.nat(9);
const event: fc.Arbitrary<BrokerEvent> = fc.oneof(
  { arbitrary: fc.record({ type: type('message.created'), message }), weight: 4 },
  {
    arbitrary: fc.record({ type: type('message.updated'), message, reacted }, { requiredKeys: ['type', 'message'] }),
    weight: 4,
  },
  fc.record({ type: type('user.joined'), user, userCount }),
  fc.record({ type: type('user.left'), user, userCount }),
  fc.record({ type: type('user.renamed'), user, formerName: fc.constant('Somebody') }),
  fc.record({ type: type('typing'), user, isTyping: fc.boolean() }),
  fc.record({ type: type('presence'), userCount }),
  fc.record({ type: type('member.left'), userId }),
  fc.record({ type: type('room.removed') }),
);

function privacyWith(blocked: readonly string[]): UserPrivacy {
  const privacy = new UserPrivacy('zoe');
  privacy.update({ ...noSettings, version: '1', blocked: blocked.map((id) => ({ userId: id, username: null })) });
  return privacy;
}

test('an event is visible as it is to everyone who blocks none of its users, and shows no blocked user to the others', () => {
  fc.assert(
    fc.property(blockedIds, event, (blocked, one) => {
      const privacy = privacyWith(blocked);
      const users = new Set<string>();
      addUsersOf(one, users);
      const visible = visibleEvent(privacy, one);
      if (!intersect(privacy.blocked, users)) expect(visible).toBe(one);
      else for (const id of blocked) expect(JSON.stringify(visible)).not.toContain(`"${id}"`);
    }),
    { numRuns: 2_000 },
  );
});

/** A watcher as `MemberWatcher` is one, before its next check of the membership. What it receives on either path is recorded. */
function watchAs(privacy: UserPrivacy, { ring, fanOut }: ReturnType<typeof createFanOutBench>) {
  const received: unknown[] = [];
  const sink = new TestSink({ encode: (one) => `${JSON.stringify(one)}\n` });
  const visible = (one: FeedEvent) => ('room' in one ? one : visibleEvent(privacy, one));
  const watcher: Watcher = {
    ...{ history: 0, signals: [], fastPathUntil: performance.now() + 60_000 },
    hiddenUsers: privacy.blockCount > 0 ? privacy.blocked : undefined,
    hides: (one) => visible(one) === null,
    needsSlowPath: (one) => visibleEvent(privacy, one) !== one,
  };
  const cursor = new Cursor(at(0), 0);
  let isDetached = true;
  const readWritten = () => {
    for (const frame of sink.written.splice(0).join('').trimEnd().split('\n')) {
      if (frame !== '') received.push(JSON.parse(frame.slice('one/'.length)));
    }
  };
  const catchUp = () => {
    readWritten();
    if (!isDetached) return;
    for (let entry = cursor.next(ring); entry; entry = cursor.next(ring)) {
      if (entry === 'behind') throw new Error('the ring is too small');
      const one = isInternal(entry.event) ? null : visibleEvent(privacy, entry.event);
      if (one !== null) received.push(JSON.parse(JSON.stringify(one)));
    }
    isDetached = false;
    new FanOutWatcher({ watcher, sink, cursor, knownSeq: 0, fanOut }).begin(() => {
      isDetached = true;
    });
  };
  catchUp();
  return { received, catchUp, privacy };
}

test('every watcher receives what its user may see, once and in order, in bursts and by either path', async () => {
  const bursts = fc.array(fc.array(event, { minLength: 1, maxLength: 12 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.array(blockedIds, { minLength: 1, maxLength: 4 }), bursts, async (allBlocked, all) => {
      const bench = createFanOutBench();
      const watchers = allBlocked.map((blocked) => watchAs(privacyWith(blocked), bench));
      const sent: BrokerEvent[] = [];
      for (const burst of all) {
        for (const one of burst) {
          const seq = sent.length + 1;
          const numbered = isChange(one) ? { ...one, message: { ...one.message, seq, updatedSeq: seq } } : one;
          sent.push(numbered);
          bench.push(numbered, isChange(numbered) ? seq : null);
        }
        await immediate();
        await immediate();
        for (const { catchUp } of watchers) catchUp();
      }
      for (const { received, privacy } of watchers) {
        const visible = sent.map((one) => (isInternal(one) ? null : visibleEvent(privacy, one)));
        expect(received).toEqual(JSON.parse(JSON.stringify(visible.filter((one) => one !== null))));
      }
      bench.stop.abort();
    }),
    { numRuns: 500 },
  );
});
