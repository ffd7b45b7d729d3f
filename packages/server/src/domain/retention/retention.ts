import type { Message, RoomRules } from '@earshot/shared';
import { isFromBefore } from '../../feed/cache/expiredBefore.ts';
import type { ChangeEvent } from '../../feed/envelope.ts';
import type { ExpiringRoom } from '../../store/expiry.ts';
import type { Rule } from '../../store/rules.ts';
import { roomRulesOf } from '../rules/roomRules.ts';
import type { RuleMirror } from '../rules/ruleMirror.ts';

interface RetentionOptions {
  /** Milliseconds for which messages are kept, in all rooms; null: they do not expire. */
  ttlMs: number | null;
  rules: Pick<RuleMirror, 'isEmpty' | 'ofRoom' | 'isInForce' | 'onChanged'>;
  /** Returns milliseconds since 1970. */
  clock?: (() => number) | undefined;
}

/** For how long messages are kept: the setting for all rooms, or a room's own time, which can only be shorter. */
export class Retention {
  /** Milliseconds for which messages are kept, in all rooms; null: they do not expire. */
  readonly ttlMs: number | null;
  readonly #rules: RetentionOptions['rules'];
  /** Returns milliseconds since 1970. */
  readonly clock: () => number;
  readonly #roomsWithOwnTime = new Set<string>();

  constructor({ ttlMs, rules, clock = Date.now }: RetentionOptions) {
    this.ttlMs = ttlMs;
    this.#rules = rules;
    this.clock = clock;
    rules.onChanged((changed) => {
      for (const rule of changed) this.#note(rule);
    });
  }

  /** Milliseconds for which the room's messages are kept; null: they do not expire. */
  ttlOf(roomId: string): number | null {
    if (this.#rules.isEmpty) return this.ttlMs;
    const own = this.#rules.ofRoom(roomId).find(({ kind }) => kind === 'retention')?.intervalMs ?? null;
    return own === null || this.ttlMs === null ? (own ?? this.ttlMs) : Math.min(own, this.ttlMs);
  }

  /** The time, in milliseconds since 1970, before which the room's messages have expired; null: they do not expire. */
  readonly expiredBefore = (roomId: string): number | null => {
    const ttlMs = this.ttlOf(roomId);
    return ttlMs === null ? null : this.clock() - ttlMs;
  };

  isExpired({ roomId, timestamp }: Pick<Message, 'roomId' | 'timestamp'>): boolean {
    return isFromBefore({ timestamp }, this.expiredBefore(roomId));
  }

  /** Whether the change is one of an expired message: in a replay, which reads the log as it is. The record of the title does not expire. */
  hides({ message }: ChangeEvent): boolean {
    return message.description === undefined && this.isExpired(message);
  }

  /** The rooms among these whose messages expire. */
  expiring(roomIds: readonly string[]): ExpiringRoom[] {
    return roomIds.flatMap((roomId) => {
      const before = this.expiredBefore(roomId);
      return before === null ? [] : { roomId, before: new Date(before) };
    });
  }

  /** The ids of the rooms with a time of their own. */
  get roomsWithOwnTime(): Iterable<string> {
    return this.#roomsWithOwnTime;
  }

  /** Whether the room has rules for everybody in it. */
  hasRoomRules(roomId: string): boolean {
    return this.ttlMs !== null || (!this.#rules.isEmpty && this.#rules.ofRoom(roomId).length > 0);
  }

  /** The rules of a room for everybody in it. */
  roomRules(roomId: string): RoomRules {
    return { ...roomRulesOf(this.#rules, roomId), messageTtlMs: this.ttlOf(roomId) };
  }

  #note(rule: Rule): void {
    const { kind, scope } = rule;
    if (kind !== 'retention' || scope.type !== 'room') return;
    if (this.#rules.isInForce(rule)) this.#roomsWithOwnTime.add(scope.roomId);
    else this.#roomsWithOwnTime.delete(scope.roomId);
  }
}
