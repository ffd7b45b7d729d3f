import type { RuleStore } from '../../packages/server/src/store/rules.ts';
import { banOf } from './rules.ts';

/** A call of every method of the store of rules that queries the database. */
export function ruleCalls(rules: RuleStore): (() => Promise<unknown>)[] {
  const since = { updatedAt: new Date(0), id: '' };
  const later = new Date(Date.now() + 60_000);
  const over = (name: string) => banOf(name, { endsAt: new Date(5) });
  const calls = {
    put: [
      () => rules.put(banOf('ben')),
      () => rules.put(banOf('ben', { isLifted: true })),
      () => rules.put(over('eve')),
    ],
    putUnlessChanged: [null, new Date(0), later].map((seen) => () => rules.putUnlessChanged(banOf('user 3'), seen)),
    changedSince: [null, since].map((position) => () => rules.changedSince(position, 3)),
    // Before the rules that are over are forgotten: otherwise a search for those is as quick as one by the user.
    erase: [
      () => rules.erase('ben', 'erased'),
      () => rules.erase('mod', 'erased'),
      () => rules.erase('nobody', 'erased'),
    ],
    forget: [() => rules.forget(later, 2)],
    salt: [() => rules.salt(), () => rules.salt()],
  } satisfies Record<keyof RuleStore, (() => Promise<unknown>)[]>;
  return Object.values(calls).flat();
}
