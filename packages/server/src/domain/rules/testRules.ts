import { createInProcessBroker } from '../../broker/inProcessBroker.ts';
import { ControlTopic } from '../../feed/controlTopic.ts';
import { createLogger } from '../../observe/logger.ts';
import type { NewRule, Rule, RulePosition, RuleStore } from '../../store/rules.ts';
import { ruleId } from './ruleId.ts';
import { RuleMirror } from './ruleMirror.ts';

/** A ban from the server, unless the fields say otherwise. */
export function testRule(fields: Partial<Rule> = {}): Rule {
  const rule = {
    ...{ kind: 'ban' as const, scope: { type: 'server' as const }, subject: null, subjectName: null, partOf: null },
    ...{ role: null, intervalMs: null, reason: null, actor: { userId: 'mod', username: 'Mod' }, endsAt: null },
    ...{ isLifted: false, createdAt: new Date(1_000), updatedAt: new Date(1_000) },
    ...fields,
  };
  return { id: ruleId(rule), ...rule };
}

/** Rules in memory, shared by the instances of a test. */
export class TestRuleStore implements RuleStore {
  readonly rules = new Map<string, Rule>();
  now = 1_000_000;
  isDown = false;
  reads = 0;

  async put({ updatedAfter, ...rule }: NewRule): Promise<Rule> {
    this.#requireUp();
    const now = new Date(this.now);
    const earlier = [updatedAfter, this.rules.get(rule.id)?.updatedAt].map((time) => (time?.getTime() ?? 0) + 1);
    const stored = { ...rule, createdAt: rule.createdAt ?? now, updatedAt: new Date(Math.max(this.now, ...earlier)) };
    this.rules.set(rule.id, stored);
    return stored;
  }

  async putUnlessChanged(rule: NewRule, seen: Date | null): Promise<{ rule: Rule; isStored: boolean }> {
    this.#requireUp();
    const known = this.rules.get(rule.id);
    const isInForce = known && !known.isLifted && (known.endsAt === null || known.endsAt.getTime() > this.now);
    if (isInForce && (seen === null || known.updatedAt > seen)) return { rule: known, isStored: false };
    return { rule: await this.put(rule), isStored: true };
  }

  async changedSince(after: RulePosition | null, limit: number): Promise<Rule[]> {
    this.reads += 1;
    this.#requireUp();
    const sorted = [...this.rules.values()].sort((a, b) => (isAfter(a, b) ? 1 : -1));
    return sorted.filter((rule) => after === null || isAfter(rule, after)).slice(0, limit);
  }

  async forget(): Promise<number> {
    return 0;
  }

  async erase(): Promise<boolean> {
    return false;
  }

  async salt(): Promise<string> {
    return 'salt';
  }

  #requireUp(): void {
    if (this.isDown) throw new Error('the store is down');
  }
}

const isAfter = (a: RulePosition, b: RulePosition) =>
  a.updatedAt > b.updatedAt || (a.updatedAt.getTime() === b.updatedAt.getTime() && a.id > b.id);

/** Opens mirrors of one store, which receive hints by one broker, as those of several instances do. */
export function openMirrors(store: RuleStore) {
  const log = createLogger('silent');
  const stack = new AsyncDisposableStack();
  const broker = stack.adopt(createInProcessBroker(), (part) => part.close());
  const open = async (options: { max?: number } = {}): Promise<RuleMirror> => {
    const control = stack.adopt(new ControlTopic(broker, log), (part) => part.close());
    const mirror = stack.adopt(new RuleMirror({ store, control, log, ...options }), (part) => part.close());
    await mirror.start();
    return mirror;
  };
  return { broker, open, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
