import type { EarshotClientError } from '@earshot/client';
import type { PageSettings } from '@earshot/shared';
import { recoveryFor } from '../errors/recovery.ts';
import { type Identity, storedIdentity } from '../lib/session.ts';
import { identifyByName, isIdentityRefused, isNameEnough } from '../welcome/identify.ts';
import { tokenEnd } from '../welcome/readToken.ts';

/** Milliseconds before the end of a guest's token from which it is renewed. The client asks for a token a minute or two before the end. */
const aheadMs = 10 * 60_000;
/** Milliseconds between two renewals: by the clock of this device, every token may be due. */
const pauseMs = 60 * 60_000;

/**
 * The tokens of one user, for the client. Those of guests are renewed before they end, and up to 30 days later. A token that was refused is
 * not sent again: the client waits until the user enters another one.
 */
export class TokenSource {
  #identity: Identity;
  readonly #settings: PageSettings;
  #sent: string | null = null;
  #refusal: EarshotClientError | null = null;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #next = Promise.withResolvers<void>();

  constructor(identity: Identity, settings: PageSettings) {
    this.#identity = identity;
    this.#settings = settings;
  }

  /** Whether connections go on with another token: after most refusals, calls have failed permanently. */
  get isUsable(): boolean {
    return this.#refusal === null || this.#refusal.code === 'TOKEN_EXPIRED';
  }

  /** Takes another token of the user. Returns whether it is new. */
  use(identity: Identity): boolean {
    if (identity.token === this.#identity.token) return false;
    this.#identity = identity;
    this.#refusal = null;
    this.#next.resolve();
    this.#next = Promise.withResolvers();
    return true;
  }

  /** Called with the error of a connection. */
  onError(error: EarshotClientError | null): void {
    if (error !== null && recoveryFor(error) === 'renew' && this.#sent === this.#identity.token) this.#refusal = error;
  }

  /** Rejects if a guest's token has ended and can't be renewed for now. */
  readonly get = async (): Promise<string> => {
    if (this.#isDue()) await this.#renew();
    while (this.#refusal !== null) await this.#next.promise;
    this.#sent = this.#identity.token;
    return this.#sent ?? '';
  };

  #isDue(): boolean {
    if (!isNameEnough(this.#identity, this.#settings)) return false;
    if (this.#refusal !== null) return this.#refusal.code === 'TOKEN_EXPIRED';
    const end = tokenEnd(this.#identity.token ?? '');
    const isPaused = performance.now() - this.#renewedAt < pauseMs;
    return end !== null && end - Date.now() < aheadMs && !isPaused;
  }

  async #renew(): Promise<void> {
    const previous = this.#identity;
    try {
      const next = await identifyByName(previous.user.username, { settings: this.#settings, previous });
      this.#renewedAt = performance.now();
      // Another page, or the user, may have been quicker.
      if (this.#identity === previous && this.use(next)) storedIdentity.set(next);
    } catch (error) {
      // The old token may be valid still, and a user who is refused has to decide.
      if (this.#refusal !== null && !isIdentityRefused(error)) throw error;
    }
  }
}
