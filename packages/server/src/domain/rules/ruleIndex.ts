import { OrderedMap } from '../../async/orderedMap.ts';
import type { Rule, RuleScope, RuleSubject } from '../../store/rules.ts';
import { isErasedUserId } from './erasedUserId.ts';

/** The most rules in memory. Of sign-outs and of rules in rooms, half as many each: any user can make one, and be the owner of a room. */
export const rulesMax = 200_000;

/** The rules in force, with synchronous lookups by subject and by room. */
export class RuleIndex {
  readonly #max: number;
  readonly #onDropped: (rule: Rule) => void;
  readonly #rules = new OrderedMap<string, Rule>();
  readonly #bySubject = new Map<string, Rule[]>();
  readonly #byRoom = new Map<string, Rule[]>();
  #hashCount = 0;
  readonly #grants = new Map<string, Rule[]>();
  /** Sanctions by scope and id, the latest last. */
  readonly #sanctions = new Map<string, Map<string, Rule>>();
  /** Rules that accompany another one, by its id. */
  readonly #parts = new Map<string, Rule[]>();
  /** Sign-outs and rules in rooms, by id. */
  readonly #shares = { signOut: new OrderedMap<string, Rule>(), room: new OrderedMap<string, Rule>() };
  /** Number of rules about users whose data was erased. */
  #erasedCount = 0;

  constructor({ max = rulesMax, onDropped = () => {} }: { max?: number; onDropped?: (rule: Rule) => void } = {}) {
    this.#max = max;
    this.#onDropped = onDropped;
  }

  /** Whether there are rules about addresses or devices. */
  get hasHashes(): boolean {
    return this.#hashCount > 0;
  }

  get size(): number {
    return this.#rules.size;
  }

  /** Whether there are rules about users whose data was erased. */
  get hasErased(): boolean {
    return this.#erasedCount > 0;
  }

  get(id: string): Rule | undefined {
    return this.#rules.get(id);
  }

  /** The rules about a user, an address or a device, in every scope. */
  ofSubject(subject: RuleSubject): readonly Rule[] {
    return this.#bySubject.get(keyOf(subject)) ?? none;
  }

  /** The rules about a room and everybody in it. */
  ofRoom(roomId: string): readonly Rule[] {
    return this.#byRoom.get(roomId) ?? none;
  }

  /** The roles that were granted in exactly that scope. */
  grantsIn(scope: RuleScope): readonly Rule[] {
    return this.#grants.get(scopeKey(scope)) ?? none;
  }

  /** The sanctions of exactly that scope, the latest last. */
  sanctionsIn(scope: RuleScope): ReadonlyMap<string, Rule> {
    return this.#sanctions.get(scopeKey(scope)) ?? noSanctions;
  }

  /** The rules that accompany the one of that id. */
  partsOf(id: string): readonly Rule[] {
    return this.#parts.get(id) ?? none;
  }

  /** Adds a rule, in place of the one of its id. Drops the oldest one where there are too many. */
  set(rule: Rule): void {
    this.delete(rule.id);
    this.#rules.set(rule.id, rule);
    for (const [map, key] of this.#listsOf(rule)) map.set(key, [...(map.get(key) ?? none), rule]);
    if (isSanction(rule)) {
      const key = scopeKey(rule.scope);
      this.#sanctions.set(key, (this.#sanctions.get(key) ?? new Map<string, Rule>()).set(rule.id, rule));
    }
    if (isAboutErased(rule)) this.#erasedCount += 1;
    if (isHashed(rule)) this.#hashCount += 1;
    const share = this.#shareOf(rule);
    share?.set(rule.id, rule);
    if (share && share.size > this.#max / 2) this.#dropOldest(share);
    if (this.#rules.size > this.#max) this.#dropOldest(this.#rules);
  }

  delete(id: string): void {
    const rule = this.#rules.get(id);
    if (rule === undefined) return;
    this.#rules.delete(id);
    if (isAboutErased(rule)) this.#erasedCount -= 1;
    if (isHashed(rule)) this.#hashCount -= 1;
    this.#shareOf(rule)?.delete(id);
    for (const [map, key] of this.#listsOf(rule)) {
      const left = (map.get(key) ?? none).filter((other) => other.id !== id);
      if (left.length === 0) map.delete(key);
      else map.set(key, left);
    }
    const key = scopeKey(rule.scope);
    const sanctions = this.#sanctions.get(key);
    if (sanctions?.delete(id) && sanctions.size === 0) this.#sanctions.delete(key);
  }

  #dropOldest({ oldest }: OrderedMap<string, Rule>): void {
    if (!oldest) return;
    this.delete(oldest.key);
    this.#onDropped(oldest.value);
  }

  /** The rules that are bounded together; undefined for a rule that only moderators of areas and of the server make. */
  #shareOf({ kind, scope }: Rule): OrderedMap<string, Rule> | undefined {
    if (kind === 'signOut') return this.#shares.signOut;
    return scope.type === 'room' ? this.#shares.room : undefined;
  }

  /** The lists that contain the rule. */
  #listsOf({ kind, subject, scope, partOf }: Rule): (readonly [Map<string, Rule[]>, string])[] {
    const lists: (readonly [Map<string, Rule[]>, string])[] = [];
    if (subject) lists.push([this.#bySubject, keyOf(subject)]);
    else if (scope.type === 'room') lists.push([this.#byRoom, scope.roomId]);
    if (kind === 'grant') lists.push([this.#grants, scopeKey(scope)]);
    if (partOf !== null) lists.push([this.#parts, partOf]);
    return lists;
  }
}

const isHashed = ({ subject }: Rule): boolean => subject !== null && subject.type !== 'user';

const none: readonly Rule[] = [];
const noSanctions: ReadonlyMap<string, Rule> = new Map();

/** Whether the rule restricts users: it is neither a grant, nor a sign-out, nor a role in a token. */
export const isSanction = ({ kind }: Pick<Rule, 'kind'>): boolean =>
  kind !== 'grant' && kind !== 'signOut' && kind !== 'tokenRole';

const isAboutErased = ({ subject }: Rule) => subject?.type === 'user' && isErasedUserId(subject.userId);

const keyOf = (subject: RuleSubject): string =>
  `${subject.type}:${subject.type === 'user' ? subject.userId : subject.hash}`;

function scopeKey(scope: RuleScope): string {
  if (scope.type === 'server') return scope.type;
  return scope.type === 'area' ? `area:${scope.cell}` : `room:${scope.roomId}`;
}
