import { isGuestId } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import type { Rule } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { GuestOrigins, type Origin } from './guestOrigins.ts';
import { briefBanMs, endOf, originsOf } from './ruleAbout.ts';
import { partId, ruleId } from './ruleId.ts';
import type { RuleMirror } from './ruleMirror.ts';

/** The longest sanction of an address, in milliseconds: addresses pass to other people. */
const addressMaxMs = 30 * 24 * 60 * 60 * 1_000;
/** The most addresses and devices that one sanction covers. */
const coveredMax = 8;
/** The most sanctions of one kind and scope that cover the same address or device: those that end last. */
const sharedMax = 8;
/**
 * The most sanctions in one room, including those of addresses and devices. Any user can own a room, so one room must not use up the memory for
 * rules.
 */
export const sanctionsPerRoom = 1_000;

interface GuestSanctionsOptions {
  rules: RuleMirror;
  log: Pick<Logger, 'warn'>;
  origins?: GuestOrigins;
}

/**
 * Extends mutes and bans of guests to their addresses and devices, in the same scope, because a guest gets a new name at once. The instance that
 * knows an address or a device does it: the one with an open connection of the guest, the one that got a call of the guest within a day, or the
 * one that gets the guest's next call.
 */
export class GuestSanctions {
  readonly #rules: RuleMirror;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #origins: GuestOrigins;
  /** The ids of rules that are being stored, by the sanction that they accompany. */
  readonly #pending = new Map<string, Set<string>>();
  /** The rules that were lifted here: `liftSanction` and `onChanged` both do it. */
  readonly #lifting = new WeakMap<Rule, Promise<void>>();

  constructor({ rules, log, origins = new GuestOrigins() }: GuestSanctionsOptions) {
    this.#rules = rules;
    this.#log = log;
    this.#origins = origins;
  }

  /** Notes where a guest calls from. */
  noteCall(connection: Connection, userId: string): void {
    const origins = originsOf({ rules: this.#rules }, connection);
    this.#origins.note(userId, origins);
    if (this.#rules.isEmpty) return;
    for (const rule of this.#rules.of({ type: 'user', userId })) this.#cover(rule, origins);
  }

  /**
   * Extends sanctions that were put to what is known of the guests whom they are about, and lifts what accompanies those that are over: another
   * instance may add it while the sanction is lifted, and then it would count in its room, and hold again with a later sanction of the user.
   */
  onChanged(changed: readonly Rule[]): void {
    const rules = this.#rules;
    for (const rule of changed) {
      const { id, partOf, subject } = rule;
      if (!rules.isInForce(rule)) this.#logFailure(this.liftParts(id), liftFailure);
      else if (partOf !== null && rules.isOver(partOf)) this.#logFailure(this.#lift(rule), liftFailure);
      else if (subject?.type === 'user') this.#cover(rule, this.#origins.of(subject.userId));
    }
  }

  /** Lifts what accompanies the sanction of that id, which is over. */
  async liftParts(id: string): Promise<void> {
    if (this.#rules.get(id) === undefined) await Promise.all(this.#rules.partsOf(id).map((part) => this.#lift(part)));
  }

  /** Extends sanctions in force about the guest of an open connection. */
  onConnected(connection: Connection, rules: readonly Rule[]): void {
    if (!isGuestId(connection.userId)) return;
    const origins = originsOf({ rules: this.#rules }, connection);
    for (const rule of rules) this.#cover(rule, origins);
  }

  #cover(rule: Rule, origins: readonly Origin[]): void {
    if ((rule.kind !== 'ban' && rule.kind !== 'mute') || rule.subject?.type !== 'user') return;
    for (const origin of origins) this.#logFailure(this.#coverOrigin(rule, origin), coverFailure);
  }

  async #coverOrigin(rule: Rule, subject: Origin): Promise<void> {
    const rules = this.#rules;
    const { kind, scope, reason, actor, id: partOf, role } = rule;
    const left = rules.msLeft(rule);
    const lastsMs = subject.type === 'device' ? left : Math.min(addressMaxMs, left ?? addressMaxMs);
    // A brief mute is for the guest and the device: other guests share the address. A brief ban of an address is for new members only.
    if (subject.type === 'address' && kind === 'mute' && lastsMs !== null && lastsMs <= briefBanMs) return;
    const id = partId({ kind, scope, subject }, rules.hashOf(partOf));
    const pending = this.#pending.get(partOf) ?? new Set();
    if (pending.has(id) || this.#isCovered(rule, { id, pending: pending.size })) return;
    const others = this.#othersAt(rule, subject);
    const replaced = others.slice(0, Math.max(0, others.length + 1 - sharedMax));
    if (replaced.some(({ covered }) => endOf(covered) >= endOf(rule))) return;
    this.#pending.set(partOf, pending.add(id));
    try {
      await rules.put({ id, kind, scope, subject, reason, actor, role, lastsMs, partOf });
      await Promise.all(replaced.map(({ part }) => this.#lift(part)));
    } finally {
      pending.delete(id);
      if (pending.size === 0) this.#pending.delete(partOf);
    }
  }

  /** Whether a rule about the address or device has been made for the sanction, or there are enough of them. */
  #isCovered(rule: Rule, { id, pending }: { id: string; pending: number }): boolean {
    const rules = this.#rules;
    const known = rules.get(id);
    if (known) return known.updatedAt >= rule.updatedAt;
    if (rules.partsOf(rule.id).length + pending >= coveredMax) return true;
    return rule.scope.type === 'room' && rules.countSanctions(rule.scope) + pending >= sanctionsPerRoom;
  }

  /** The other sanctions of that kind and scope that cover the address or device, the first to end first. */
  #othersAt({ id, kind, scope }: Rule, subject: Origin): Covering[] {
    const shared = ruleId({ kind, scope, subject });
    const others = this.#rules.of(subject).flatMap((part) => {
      const covered = part.partOf === null || part.partOf === id ? undefined : this.#rules.get(part.partOf);
      return covered && ruleId(part) === shared ? [{ part, covered }] : [];
    });
    return others.sort((a, b) => (endOf(a.covered) < endOf(b.covered) ? -1 : 1));
  }

  /** Lifts the rule as it is. If another instance changes it at the same time, `onChanged` gets it. */
  #lift(part: Rule): Promise<void> {
    const known = this.#lifting.get(part);
    if (known) return known;
    const lifted = this.#rules.lift(part).then(
      () => {},
      (error: unknown) => {
        this.#lifting.delete(part); // so that it can be tried again
        throw error;
      },
    );
    this.#lifting.set(part, lifted);
    return lifted;
  }

  #logFailure(done: Promise<void>, message: string): void {
    done.catch((err: unknown) => this.#log.warn({ err }, message));
  }
}

/** A rule about an address or a device, and the sanction that it accompanies. */
interface Covering {
  part: Rule;
  covered: Rule;
}

const coverFailure = 'sanction of a guest not extended to the address or device (tried again with the next call)';
const liftFailure = 'sanction of an address or device not lifted with that of the guest (it has no effect, but counts)';
