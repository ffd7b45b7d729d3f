import { createHmac } from 'node:crypto';
import { LatestEntries } from '../../async/latestEntries.ts';
import type { ControlTopic } from '../../feed/controlTopic.ts';
import { OutageLog } from '../../feed/outageLog.ts';
import { PeriodicCheck } from '../../feed/periodicCheck.ts';
import type { Logger } from '../../observe/logger.ts';
import type { NewRule, Rule, RuleScope, RuleStore, RuleSubject } from '../../store/rules.ts';
import { ErasedUserIds } from './erasedUserId.ts';
import { newRule, type RuleDraft } from './newRule.ts';
import { ruleId } from './ruleId.ts';
import { RuleIndex, rulesMax } from './ruleIndex.ts';
import { RuleReader } from './ruleReader.ts';

interface RuleMirrorOptions {
  store: RuleStore;
  control: Pick<ControlTopic, 'publish' | 'onHint' | 'onInterrupted'>;
  log: Logger;
  /** Milliseconds between two reads of the store. Default: 5,000. */
  pollMs?: number;
  /** The most rules held. Default: 200,000. */
  max?: number;
  /** Returns milliseconds since 1970. */
  clock?: () => number;
}

const hashChars = 22;
/** Removed rules that are remembered. */
const removedMax = 1_000;

/** Called with rules that were put, were lifted or have ended. Must not throw. */
export type RuleListener = (rules: readonly Rule[]) => void;

/**
 * All rules in force, in the memory of this instance: lookups are synchronous. The store has the facts. It is read at the start,
 * when another instance says that rules have changed, and regularly, because that hint may be lost. Rules put here apply at once. While the
 * store is unavailable, the last known rules hold.
 */
export class RuleMirror {
  readonly #store: RuleStore;
  readonly #control: RuleMirrorOptions['control'];
  readonly #clock: () => number;
  readonly #reader: RuleReader;
  readonly #index: RuleIndex;
  readonly #outageLog: OutageLog;
  readonly #check: PeriodicCheck;
  readonly #listeners = new Set<RuleListener>();
  /** The times at which rules end, of those that do. */
  readonly #ends = new Map<string, number>();
  /** When rules that are not in force any more were written, of the latest ones: a read in progress may still return the rule before that. */
  readonly #removed = new LatestEntries<string, Date>(removedMax);
  /** The `updatedAt` of the latest rule that was read or written. */
  #latestWrite: Date | undefined;
  #erasedIds = new ErasedUserIds('');
  #salt = '';
  #isHinted = false;
  #stopListening = () => {};

  constructor({ store, control, log, pollMs = 5_000, max = rulesMax, clock = Date.now }: RuleMirrorOptions) {
    this.#store = store;
    this.#reader = new RuleReader({ store, onPage: (rules) => this.#apply(rules) });
    this.#control = control;
    this.#clock = clock;
    this.#outageLog = new OutageLog(log, 'store');
    this.#index = new RuleIndex({ max, onDropped: ({ id }) => this.#onDropped(id, log) });
    this.#check = new PeriodicCheck(pollMs, () => this.#update());
  }

  /** Reads all rules, and follows their changes from then on. Throws `STORE_UNAVAILABLE`: no instance serves without its rules. */
  async start(): Promise<void> {
    this.#salt = await this.#store.salt();
    this.#erasedIds = new ErasedUserIds(this.#salt);
    await this.#reader.read({ isHinted: false });
    const stops = [
      this.#control.onHint(({ type }) => type === 'rules' && this.#onHint()),
      this.#control.onInterrupted(() => this.#onHint()),
    ];
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
    this.#check.start();
  }

  close(): void {
    this.#check.stop();
    this.#stopListening();
    this.#listeners.clear();
  }

  /** Whether there is no rule at all, which is the usual case. */
  get isEmpty(): boolean {
    return this.#index.size === 0;
  }

  /** Whether there are rules about addresses or devices. */
  get hasHashes(): boolean {
    return this.#index.hasHashes;
  }

  /** The hash under which rules know an address or a device: it is salted, so that it can't be reversed by trying all addresses. */
  hashOf(value: string): string {
    return createHmac('sha256', this.#salt).update(value).digest('base64url').slice(0, hashChars);
  }

  /** Milliseconds until a rule ends; null if it does not end by itself. */
  msLeft({ endsAt }: Pick<Rule, 'endsAt'>): number | null {
    return endsAt && Math.max(0, endsAt.getTime() - this.#clock());
  }

  /** The rules in force about a user, an address or a device, in every scope. */
  of(subject: RuleSubject): readonly Rule[] {
    const rules = this.filterInForce(this.#index.ofSubject(subject));
    if (subject.type !== 'user' || !this.#index.hasErased) return rules;
    const erased = this.#index.ofSubject({ type: 'user', userId: this.erasedIdOf(subject.userId) });
    return erased.length === 0 ? rules : [...rules, ...this.filterInForce(erased)];
  }

  /** The id that rules about the user have once the user's data is erased. */
  erasedIdOf(userId: string): string {
    return this.#erasedIds.of(userId);
  }

  /** The rules in force about everybody in a room. */
  ofRoom(roomId: string): readonly Rule[] {
    return this.filterInForce(this.#index.ofRoom(roomId));
  }

  /** The roles in force that were granted in exactly that scope. */
  grantsIn(scope: RuleScope): readonly Rule[] {
    return this.filterInForce(this.#index.grantsIn(scope));
  }

  /** The rule of that id, if it is in force. */
  get(id: string): Rule | undefined {
    const rule = this.#index.get(id);
    return rule && this.#holds(rule) ? rule : undefined;
  }

  /** Whether the rule of that id was lifted or has ended, as far as that is remembered. */
  isOver(id: string): boolean {
    return this.get(id) === undefined && this.#removed.get(id) !== undefined;
  }

  /** The sanctions in force of exactly that scope, the latest first, of the latest `limit`. */
  sanctionsIn(scope: RuleScope, limit: number): Rule[] {
    const latest = Array.from(this.#index.sanctionsIn(scope).values()).slice(-limit).reverse();
    return latest.filter((rule) => this.#holds(rule));
  }

  /** The number of sanctions of exactly that scope. */
  countSanctions(scope: RuleScope): number {
    return this.#index.sanctionsIn(scope).size;
  }

  /** The rules that accompany the one of that id, and are neither lifted nor over. */
  partsOf(id: string): readonly Rule[] {
    return this.#index.partsOf(id).filter((rule) => this.isInForce(rule));
  }

  /** Those of the rules that are in force: the same array if all are, which is the usual case. */
  filterInForce(rules: readonly Rule[]): readonly Rule[] {
    return rules.every((rule) => this.#holds(rule)) ? rules : rules.filter((rule) => this.#holds(rule));
  }

  isInForce({ isLifted, endsAt }: Rule): boolean {
    return !isLifted && (endsAt === null || endsAt.getTime() > this.#clock());
  }

  /** Stores a rule, in place of the one of its kind, scope, subject and role. It is in force here at once, elsewhere in a moment. */
  put(draft: RuleDraft): Promise<Rule> {
    return this.#put(newRule(draft, this.#clock()));
  }

  /** The same, unless the rule of that id was changed since `known` was read (undefined: there was none). Then it resolves to null: see `get`. */
  replace(draft: RuleDraft, known: Rule | undefined): Promise<Rule | null> {
    return this.#putUnlessChanged(newRule(draft, this.#clock()), known?.updatedAt ?? null);
  }

  /** Lifts a rule, unless it was changed since it was read. Then it resolves to null. */
  lift({ updatedAt, ...rule }: Rule): Promise<Rule | null> {
    return this.#putUnlessChanged({ ...rule, isLifted: true }, updatedAt);
  }

  /** Puts the rule about the erased user in place of one about the user, whose name is forgotten. It holds without interruption. */
  async moveToErased({ updatedAt: _updatedAt, ...rule }: Rule, userId: string): Promise<void> {
    const moved = { ...rule, subject: { type: 'user', userId: this.erasedIdOf(userId) } as const, subjectName: null };
    const { id } = await this.#put({ ...moved, id: ruleId(moved) });
    // Their reference names the user.
    for (const { updatedAt: _, ...part } of this.partsOf(rule.id)) {
      await this.#put({ ...part, partOf: id });
    }
    await this.#put({ ...rule, isLifted: true });
  }

  /** Reads the changes that are stored by now. While the store is unavailable, the last known rules hold. */
  refresh(): Promise<void> {
    this.#isHinted = true;
    return this.#check.next();
  }

  /** Resolves when the changes are read of which this instance has received hints so far. */
  settled(): Promise<void> {
    return this.#check.settled();
  }

  /** Calls the listener after each change. Returns a function that removes it. */
  onChanged(listener: RuleListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #put(rule: NewRule): Promise<Rule> {
    return this.#onPut(await this.#store.put(this.#withUpdatedAfter(rule)));
  }

  async #putUnlessChanged(rule: NewRule, seen: Date | null): Promise<Rule | null> {
    const { rule: stored, isStored } = await this.#store.putUnlessChanged(this.#withUpdatedAfter(rule), seen);
    if (isStored) return this.#onPut(stored);
    this.#apply([stored]);
    return null;
  }

  /** Adds the time of the latest known rule: other instances may read only later ones, and the store's clock may have gone back. */
  #withUpdatedAfter(rule: NewRule): NewRule {
    return { ...rule, updatedAfter: this.#latestWrite };
  }

  #onPut(rule: Rule): Rule {
    this.#apply([rule]);
    void this.#control.publish({ type: 'rules' });
    return rule;
  }

  #onHint(): void {
    this.#isHinted = true;
    this.#check.request();
  }

  async #update(): Promise<void> {
    const isHinted = this.#isHinted;
    this.#isHinted = false;
    try {
      await this.#reader.read({ isHinted });
      this.#outageLog.onSuccess();
    } catch (error) {
      this.#outageLog.onFailure(error);
    }
    this.#endExpired();
  }

  #apply(rules: readonly Rule[]): void {
    const changed = rules.filter((rule) => this.#applyOne(rule));
    if (changed.length > 0) for (const listener of this.#listeners) listener(changed);
  }

  /** Returns whether anything has changed: the same rule is read several times. */
  #applyOne(rule: Rule): boolean {
    if (this.#latestWrite === undefined || rule.updatedAt > this.#latestWrite) this.#latestWrite = rule.updatedAt;
    const known = this.#index.get(rule.id);
    const knownTime = known?.updatedAt ?? this.#removed.get(rule.id);
    if (knownTime && knownTime >= rule.updatedAt) return false;
    if (!this.isInForce(rule)) {
      this.#remove(rule);
      return known !== undefined;
    }
    this.#index.set(rule);
    if (rule.endsAt === null) this.#ends.delete(rule.id);
    else this.#ends.set(rule.id, rule.endsAt.getTime());
    return true;
  }

  /** Removes the rules that have ended since the last time, and reports them. */
  #endExpired(): void {
    const now = this.#clock();
    const ended: Rule[] = [];
    for (const [id, end] of this.#ends) {
      const rule = end <= now ? this.#index.get(id) : undefined;
      if (rule) ended.push(rule);
    }
    for (const rule of ended) this.#remove(rule);
    if (ended.length > 0) for (const listener of this.#listeners) listener(ended);
  }

  #remove({ id, updatedAt }: Rule): void {
    this.#index.delete(id);
    this.#ends.delete(id);
    this.#removed.set(id, updatedAt);
  }

  #onDropped(id: string, log: Logger): void {
    this.#ends.delete(id);
    log.error({ id }, 'rule not in force: there are too many rules (lift sanctions that are not needed)');
  }

  /** Whether the rule is in force, and the one that it accompanies too: another instance may add it while that one is being lifted. */
  #holds(rule: Rule): boolean {
    if (!this.isInForce(rule)) return false;
    return rule.partOf === null || this.get(rule.partOf) !== undefined;
  }
}
