/**
 * Milliseconds for which a positive check is cached, in case the event of a departure is lost. Users only leave by themselves, so at worst
 * their own other connection can still send.
 */
const ttlMs = 30_000;
const membersMax = 1_000;

/** Caches positive membership checks of one room. Requires a feed that receives departures: without one nothing may be cached. */
export class MembershipCache {
  /** Expiry by user id, in milliseconds of `performance.now()`. */
  readonly #expiresAt = new Map<string, number>();
  #departures = 0;

  /** Resolves to whether the user is a member: from the cache, or else from `lookUp`. */
  async check(userId: string, lookUp: () => Promise<boolean>): Promise<boolean> {
    const expiresAt = this.#expiresAt.get(userId);
    if (expiresAt !== undefined && expiresAt > performance.now()) return true;
    const departures = this.#departures;
    const isMember = await lookUp();
    // A lookup that started before a departure may be out of date.
    if (isMember && departures === this.#departures) this.#remember(userId);
    return isMember;
  }

  onLeave(userId: string): void {
    this.#departures += 1;
    this.#expiresAt.delete(userId);
  }

  /** Clears the cache, because a departure may have been missed. */
  clear(): void {
    this.#departures += 1;
    this.#expiresAt.clear();
  }

  #remember(userId: string): void {
    if (this.#expiresAt.size >= membersMax) this.#expiresAt.clear();
    this.#expiresAt.set(userId, performance.now() + ttlMs);
  }
}
