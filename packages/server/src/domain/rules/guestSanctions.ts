import { isGuestId } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import type { Rule } from '../../store/rules.ts';
import type { Connection } from '../connection.ts';
import { GuestOrigins, type Origin } from './guestOrigins.ts';
import { briefBanMs, originsOf } from './ruleAbout.ts';
import { ruleId } from './ruleId.ts';
import type { RuleMirror } from './ruleMirror.ts';

/** The longest sanction of an address, in milliseconds: addresses pass to other people. */
const addressMaxMs = 30 * 24 * 60 * 60 * 1_000;
/** The most addresses and devices that one sanction covers. */
const coveredMax = 8;
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

  /** Extends sanctions in force to what is known of the guests whom they are about. */
  onSanctions(rules: readonly Rule[]): void {
    for (const rule of rules) {
      if (rule.subject?.type === 'user') this.#cover(rule, this.#origins.of(rule.subject.userId));
    }
  }

  /** Extends sanctions in force about the guest of an open connection. */
  onConnected(connection: Connection, rules: readonly Rule[]): void {
    if (!isGuestId(connection.userId)) return;
    const origins = originsOf({ rules: this.#rules }, connection);
    for (const rule of rules) this.#cover(rule, origins);
  }

  #cover(rule: Rule, origins: readonly Origin[]): void {
    if ((rule.kind !== 'ban' && rule.kind !== 'mute') || rule.subject?.type !== 'user') return;
    for (const origin of origins) {
      this.#coverOrigin(rule, origin).catch((err: unknown) =>
        this.#log.warn(
          { err },
          'sanction of a guest not extended to the address or device (tried again with the next call)',
        ),
      );
    }
  }

  async #coverOrigin(rule: Rule, subject: Origin): Promise<void> {
    const rules = this.#rules;
    const { kind, scope, reason, actor, id: partOf, role } = rule;
    const left = rules.msLeft(rule);
    const lastsMs = subject.type === 'device' ? left : Math.min(addressMaxMs, left ?? addressMaxMs);
    // A brief mute is for the guest and the device: other guests share the address. A brief ban of an address is for new members only.
    if (subject.type === 'address' && kind === 'mute' && lastsMs !== null && lastsMs <= briefBanMs) return;
    const id = ruleId({ kind, scope, subject });
    const pending = this.#pending.get(partOf) ?? new Set();
    if (pending.has(id) || this.#isCovered(rule, { id, lastsMs, pending: pending.size })) return;
    this.#pending.set(partOf, pending.add(id));
    try {
      await rules.put({ kind, scope, subject, reason, actor, role, lastsMs, partOf });
    } finally {
      pending.delete(id);
      if (pending.size === 0) this.#pending.delete(partOf);
    }
  }

  /** Whether a rule about the address or device has been made for the sanction, or another one holds longer, or there are enough of them. */
  #isCovered(rule: Rule, { id, lastsMs, pending }: { id: string; lastsMs: number | null; pending: number }): boolean {
    const rules = this.#rules;
    const known = rules.get(id);
    if (known) {
      if (known.partOf === rule.id && known.updatedAt >= rule.updatedAt) return true;
      const left = rules.msLeft(known) ?? Number.POSITIVE_INFINITY;
      return known.partOf !== rule.id && left >= (lastsMs ?? Number.POSITIVE_INFINITY);
    }
    if (rules.partsOf(rule.id).length + pending >= coveredMax) return true;
    return rule.scope.type === 'room' && rules.countSanctions(rule.scope) + pending >= sanctionsPerRoom;
  }
}
