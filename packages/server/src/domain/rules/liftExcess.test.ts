import { EarshotError } from '@earshot/shared';
import { expect, test } from 'vitest';
import { createInProcessBroker } from '../../broker/inProcessBroker.ts';
import { ControlTopic } from '../../feed/controlTopic.ts';
import { createLogger } from '../../observe/logger.ts';
import type { NewRule, Rule } from '../../store/rules.ts';
import { liftExcess } from './liftExcess.ts';
import { RuleMirror } from './ruleMirror.ts';
import { TestRuleStore } from './testRules.ts';

/** A store of which each write is later than the one before. */
class TickingStore extends TestRuleStore {
  override put(rule: NewRule): Promise<Rule> {
    this.now += 1;
    return super.put(rule);
  }
}

const log = createLogger('silent');
const scope = { type: 'room', roomId: 'plaza' } as const;
const actor = { userId: 'mod', username: 'Mod' };

test('of rules that two instances put at once, as many stay as are allowed, and the others are refused', async () => {
  await using stack = new AsyncDisposableStack();
  const store = new TickingStore();
  const open = async () => {
    const broker = stack.adopt(createInProcessBroker(), (part) => part.close()); // no hint reaches the other instance
    const control = stack.adopt(new ControlTopic(broker, log), (part) => part.close());
    const mirror = stack.adopt(new RuleMirror({ store, control, log, clock: () => store.now }), (part) => part.close());
    await mirror.start();
    return mirror;
  };
  const mirrors = [await open(), await open()];
  const put = async (mirror: RuleMirror, userId: string) => {
    const counted = () => mirror.grantsIn(scope);
    const before = new Set(counted().map(({ id }) => id));
    if (before.size >= 5) throw new EarshotError('TOO_MANY_ROLES');
    const subject = { type: 'user', userId } as const;
    const rule = await mirror.put({ kind: 'grant', scope, subject, role: 'roomModerator', actor });
    await liftExcess(mirror, rule, { max: 5, counted, before, code: 'TOO_MANY_ROLES' });
    return userId;
  };
  const all = Array.from({ length: 6 }, (_, n) => mirrors.map((mirror, i) => put(mirror, `user ${i} ${n}`))).flat();
  const outcomes = await Promise.allSettled(all);
  const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(done).toHaveLength(5);
  expect(refused).toEqual(Array(7).fill(expect.objectContaining({ code: 'TOO_MANY_ROLES' })));
  for (const mirror of mirrors) {
    await mirror.refresh();
    const names = mirror.grantsIn(scope).map(({ subject }) => (subject?.type === 'user' ? subject.userId : ''));
    expect(names.sort()).toEqual(done.sort());
  }
});
