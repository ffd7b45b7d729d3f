/**
 * Milliseconds for which a positive check is cached, in case the event of a departure is lost. Users only leave by themselves, so at worst
 * their own other connection can still send.
 */
const holdsFor = 30_000;
const membersMax = 1_000;

/** Caches positive membership checks of one room. Requires a feed that receives departures: without one nothing may be cached. */
export class KnownMembers {
  /** Expiry by user id, in milliseconds of `performance.now()`. */
  readonly #until = new Map<string, number>();
  #departures = 0;

  /** Resolves to whether the user is a member: from the cache, or else from `lookUp`. */
  async check(userId: string, lookUp: () => Promise<boolean>): Promise<boolean> {
    const until = this.#until.get(userId);
    if (until !== undefined && until > performance.now()) return true;
    const departures = this.#departures;
    const isMember = await lookUp();
    // A lookup that started before a departure may be out of date.
    if (isMember && departures === this.#departures) this.#remember(userId);
    return isMember;
  }

  left(userId: string): void {
    this.#departures += 1;
    this.#until.delete(userId);
  }

  /** Clears the cache, because a departure may have been missed. */
  forget(): void {
    this.#departures += 1;
    this.#until.clear();
  }

  #remember(userId: string): void {
    if (this.#until.size >= membersMax) this.#until.clear();
    this.#until.set(userId, performance.now() + holdsFor);
  }
}
