import { type EphemeralEvent, type GivenPosition, parsePosition, type User, type watchInput } from '@earshot/shared';
import type { z } from 'zod';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { BrokerEvent, FeedEvent } from '../feed/envelope.ts';
import type { EventItem, ReadLimiter, Sink, Watcher } from '../feed/watcher.ts';
import type { Rule } from '../store/rules.ts';
import type { Connection } from './connection.ts';
import type { UserPrivacy } from './privacy/userPrivacy.ts';
import { isOutdated, namesUser, unnamedEvent, visibleEvent } from './privacy/visible.ts';
import { roleIn } from './rights/roleIn.ts';
import { ruleAbout } from './rules/ruleAbout.ts';
import type { Services } from './services.ts';
import { WatchReadLimiter } from './watchReadLimiter.ts';

export interface WatchInput extends z.output<typeof watchInput> {
  signal: AbortSignalLike;
  /** Where events may be written directly while the watcher is up to date. Without a sink every event is an item of the watch. */
  sink?: Sink | undefined;
}

/** Milliseconds between two checks of the membership. */
const recheckMs = 5 * 60_000;
/** Milliseconds for which the users of the room may be named, once they may. */
const namingMs = 60_000;
/** Milliseconds until the next check after the store failed to answer. */
const recheckSoonMs = 10_000;

/**
 * A watcher of a room's feed, which must be a member. The departure of a member is published as an ephemeral event, which may be
 * lost: between the check and the first event, or by the broker. So membership is checked again with the first event, and periodically
 * afterwards.
 */
export class MemberWatcher implements Watcher {
  readonly history: number;
  readonly after: GivenPosition | undefined;
  readonly needsReset: boolean;
  readonly signals: readonly AbortSignalLike[];
  readonly sink: Sink | undefined;
  readonly readLimiter: ReadLimiter;
  readonly privacy: UserPrivacy;
  readonly #services: Services;
  readonly #connection: Connection;
  readonly #user: User;
  readonly #roomId: string;
  #recheckAt = 0;
  /** Until this time (from `performance.now()`), the users of the room may be named. */
  #namingUntil = 0;

  constructor(
    services: Services,
    connection: Connection,
    { privacy, roomId, history, lastEventId, signal, sink }: WatchInput & { privacy: UserPrivacy },
  ) {
    this.history = history;
    this.after = lastEventId === undefined ? undefined : parsePosition(lastEventId);
    this.needsReset = isOutdated(privacy, this.after);
    this.signals = [signal, connection.endSignal];
    this.sink = sink;
    connection.readLimiter ??= new WatchReadLimiter(services.budget, connection);
    this.readLimiter = connection.readLimiter;
    this.privacy = privacy;
    this.#services = services;
    this.#connection = connection;
    this.#user = connection.user;
    this.#roomId = roomId;
  }

  get fastPathUntil(): number {
    return this.#recheckAt;
  }

  get hiddenUsers(): ReadonlySet<string> | undefined {
    return this.privacy.blockCount > 0 ? this.privacy.blocked : undefined;
  }

  hides(event: FeedEvent): boolean {
    return !('room' in event) && visibleEvent(this.privacy, event) === null;
  }

  /** Returns the event as the user receives it; null if not at all. */
  visible(event: BrokerEvent): BrokerEvent | null {
    if ('message' in event && this.#services.retention.hides(event)) return null;
    const visible = visibleEvent(this.privacy, event);
    return visible !== null && namesUser(visible) && !this.#mayName(performance.now())
      ? unnamedEvent(visible)
      : visible;
  }

  needsSlowPath(event: BrokerEvent, fromConnectionId: string, now: number): boolean {
    const isNamed = !namesUser(event) || this.#mayName(now);
    const isPlain = isNamed && visibleEvent(this.privacy, event) === event;
    const isOwn = this.isEnd(event) || this.concernsUser(event);
    return !isPlain || isOwn || this.skips({ event, fromConnectionId }) || now >= this.#recheckAt;
  }

  /** Whether the watcher does not get the event: the join of this connection, or typing of its own user on any connection. */
  skips({ event, fromConnectionId }: Pick<EventItem, 'event' | 'fromConnectionId'>): boolean {
    if (event.type === 'typing') return event.user.userId === this.#user.userId;
    return event.type === 'user.joined' && fromConnectionId === this.#connection.id;
  }

  /** Whether the event says that the user left the room. */
  hasLeft(event: BrokerEvent): boolean {
    return event.type === 'member.left' && event.userId === this.#user.userId;
  }

  /** Whether the event is a sanction of the user, or a change of the user's role. */
  concernsUser(event: BrokerEvent): boolean {
    return (event.type === 'user.sanctioned' || event.type === 'user.role') && event.userId === this.#user.userId;
  }

  /** Resolves to an event with the user's role in the room now; to null if it can't be found out. */
  async roleEvent(): Promise<Extract<EphemeralEvent, { type: 'role.changed' }> | null> {
    const person = { userId: this.#user.userId, roles: this.#connection.validRoles };
    try {
      return {
        type: 'role.changed',
        role: await roleIn(this.#services, person, { type: 'room', roomId: this.#roomId }),
      };
    } catch {
      return null; // the room is gone, or the store is unavailable
    }
  }

  /** Checks the membership before the next item if the event may end the watch, or if such an event may be lost. */
  onUnread(event: BrokerEvent | undefined): void {
    if (event === undefined || this.isEnd(event)) this.#recheckAt = 0;
  }

  /** Whether the event may end the watch. */
  isEnd(event: BrokerEvent): boolean {
    return this.hasLeft(event) || event.type === 'room.removed';
  }

  /** Asks the limit once a minute, not for each event. */
  #mayName(now: number): boolean {
    if (now < this.#namingUntil) return true;
    if (!this.#services.namingLimit.allows(this.#connection, this.#roomId)) return false;
    this.#namingUntil = now + namingMs;
    return true;
  }

  /** The ban of the user in the room; undefined if there is none. */
  ban(): Promise<Rule | undefined> | Rule | undefined {
    return ruleAbout(this.#services, this.#connection, { kind: 'ban', roomId: this.#roomId });
  }

  /** Resolves to whether the user is still a member. Asks the store only when a check is due, or `now`. */
  async isMember({ now = false } = {}): Promise<boolean> {
    if (!now && performance.now() < this.#recheckAt) return true;
    // Random jitter, so that members who joined together are not checked together: each check detaches from the fan-out.
    this.#recheckAt = performance.now() + recheckMs * (0.75 + Math.random() / 2);
    if (await this.ban()) return false;
    return this.#services.store.isMember(this.#roomId, this.#user.userId).catch(() => {
      this.#recheckAt = performance.now() + recheckSoonMs; // the store is unavailable: a later event checks again
      return true;
    });
  }
}
