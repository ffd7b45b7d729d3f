import type { Visibility } from '@earshot/shared';
import { KeyedQueue } from '../../async/keyedQueue.ts';
import { yieldToEventLoop } from '../../async/yieldToEventLoop.ts';
import type { ControlTopic } from '../../feed/controlTopic.ts';
import type { PrivacyChange, PrivacySettings, PrivacyStore } from '../../store/privacy.ts';
import { UserPrivacy } from './userPrivacy.ts';

interface PrivacyCacheOptions {
  store: { readonly privacy: Pick<PrivacyStore, 'read' | 'changedSince'> };
  /** Hints from and to other instances. */
  control: Pick<ControlTopic, 'publish' | 'onHint'>;
  /** Called when a user is named in other rooms than before. */
  onVisibilityChanged?: (user: UserPrivacy, before: Visibility) => void;
  /** Milliseconds between two reads of the changes that other instances made, because hints may be lost. Default: 2,000. */
  pollMs?: number;
}

/** Maximum number of users, and of their blocks, beyond which settings that no watch depends on are dropped. */
const usersMax = 10_000;
const blocksMax = 200_000;
/** Entries checked for being dropped, for each new one: spreads the work over the calls that cause it. */
const checksPerUser = 8;
/** Number of changes in one read. */
const pageSize = 1_000;
/**
 * Changes in this many milliseconds before the latest known change, and before the store's current time, are read again: a change may be committed
 * later than its time says, and the store's clock may go back.
 */
const overlapMs = 30_000;
/** How far back the first read goes: more than the clocks of instances and databases differ. */
const firstReadMs = 10 * 60_000;

/**
 * The privacy settings of the users of this instance. They are read when they are first needed, and again when they change: at once for a change
 * made here, by a hint for one made on another instance, or within two seconds if the hint is lost. While the store does not answer, the known settings apply.
 */
export class PrivacyCache {
  readonly #options: PrivacyCacheOptions;
  /** In the order of their last use, roughly. */
  readonly #users = new Map<string, UserPrivacy>();
  /** Settings are read one after another, so that an older read never replaces a newer one. */
  readonly #reads = new KeyedQueue();
  /** Reads that have not begun. */
  readonly #queued = new Map<string, Promise<UserPrivacy>>();
  #blockTotal = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #isPolling = false;
  #isClosed = false;
  readonly #stopListening: () => void;

  constructor(options: PrivacyCacheOptions) {
    this.#options = options;
    this.#stopListening = options.control.onHint((hint) => {
      if (hint.type === 'privacy' && this.#users.has(hint.userId)) void this.refresh(hint.userId).catch(() => {});
    });
  }

  /** Number of users whose settings are in memory. */
  get size(): number {
    return this.#users.size;
  }

  /** Resolves to a user's settings. Rejects with `STORE_UNAVAILABLE` if they are not known and can't be read. */
  async of(userId: string): Promise<UserPrivacy> {
    return this.#users.get(userId) ?? this.#queued.get(userId) ?? this.#read(userId);
  }

  /** Reads the settings of a user again. The read begins after the call. */
  async refresh(userId: string): Promise<void> {
    await (this.#queued.get(userId) ?? this.#read(userId));
  }

  /** Whether a user is named in a room; false if that can't be found out. */
  async isVisible(roomId: string, userId: string): Promise<boolean> {
    try {
      return (await this.of(userId)).isVisibleIn(roomId);
    } catch {
      return false;
    }
  }

  /** Must be called after every change of a user's settings in the store: they are read again, here and on the other instances. */
  async changed(userId: string): Promise<void> {
    void this.#options.control.publish({ type: 'privacy', userId });
    await this.refresh(userId);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    clearTimeout(this.#timer);
  }

  #read(userId: string): Promise<UserPrivacy> {
    const read = this.#reads.run(userId, async () => {
      this.#queued.delete(userId);
      return this.#apply(userId, await this.#options.store.privacy.read(userId));
    });
    this.#queued.set(userId, read);
    return read;
  }

  #apply(userId: string, settings: PrivacySettings): UserPrivacy {
    const isNew = !this.#users.has(userId);
    const user = this.#users.get(userId) ?? this.#add(userId);
    const { blockCount, visibility } = user;
    user.update(settings);
    this.#blockTotal += user.blockCount - blockCount;
    if (!isNew && user.visibility !== visibility) this.#options.onVisibilityChanged?.(user, visibility);
    return user;
  }

  #add(userId: string): UserPrivacy {
    this.#dropSome();
    const user = new UserPrivacy(userId);
    this.#users.set(userId, user);
    if (this.#timer === undefined) this.#pollLater();
    return user;
  }

  #dropSome(): void {
    let checks = checksPerUser;
    for (const [userId, user] of this.#users) {
      if ((this.#users.size < usersMax && this.#blockTotal < blocksMax) || checks === 0) return;
      checks -= 1;
      this.#users.delete(userId);
      if (user.isWatched) this.#users.set(userId, user);
      else this.#blockTotal -= user.blockCount;
    }
  }

  #pollLater(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#poll(), this.#options.pollMs ?? 2_000).unref();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#since = Math.max(this.#since, Date.now() - firstReadMs);
    try {
      await this.#readChanges();
    } catch {
      // The known settings apply until the store answers.
    }
    this.#isPolling = false;
    this.#pollLater();
  }

  /** Reads the changes page by page, and the settings that changed. */
  async #readChanges(): Promise<void> {
    const { privacy } = this.#options.store;
    let page = await privacy.changedSince(new Date(this.#since), pageSize, overlapMs);
    for (let from = 0; ; ) {
      await this.#refreshChanged(page);
      const last = page.at(-1)?.changedAt.getTime() ?? 0;
      this.#since = Math.max(this.#since, last - overlapMs);
      if (page.length < pageSize || last <= from) return;
      await yieldToEventLoop(); // other work runs between two pages
      from = last;
      page = await privacy.changedSince(new Date(from), pageSize);
    }
  }

  async #refreshChanged(changes: readonly PrivacyChange[]): Promise<void> {
    const isNew = changes.filter(({ userId, version }) => {
      const known = this.#users.get(userId);
      return known !== undefined && known.version !== version;
    });
    await Promise.all(isNew.map(({ userId }) => this.refresh(userId)));
  }
}
