/**
 * Milliseconds for which a look-up holds, should the news that a member left get lost. Nobody leaves but by themselves, so
 * all that may come of it is that their own other connection can still speak.
 */
const holdsFor = 30_000;
const membersMax = 1_000;

/**
 * Who was found to be a member of one room lately. It goes by the feed, which hears of everybody who leaves: without one
 * nothing may be remembered.
 */
export class KnownMembers {
  /** Until when, in milliseconds. */
  readonly #until = new Map<string, number>();
  #departures = 0;

  /** Whether the user is a member: as remembered, else as `lookUp` finds. */
  async check(userId: string, lookUp: () => Promise<boolean>): Promise<boolean> {
    const until = this.#until.get(userId);
    if (until !== undefined && until > performance.now()) return true;
    const departures = this.#departures;
    const isMember = await lookUp();
    // What was looked up before somebody left may be out of date.
    if (isMember && departures === this.#departures) this.#remember(userId);
    return isMember;
  }

  left(userId: string): void {
    this.#departures += 1;
    this.#until.delete(userId);
  }

  /** Somebody may have left unheard. */
  forget(): void {
    this.#departures += 1;
    this.#until.clear();
  }

  #remember(userId: string): void {
    if (this.#until.size >= membersMax) this.#until.clear();
    this.#until.set(userId, performance.now() + holdsFor);
  }
}
