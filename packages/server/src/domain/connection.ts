import { EarshotError, newId, type User } from '@earshot/shared';
import { type AbortSignalLike, LightAbortController } from '../async/lightAbortController.ts';
import type { ReadLimiter } from '../feed/watcher.ts';
import type { PresenceEntry } from '../presence/presence.ts';
import { noRoles, type ServerRole } from './serverRoles.ts';

/** The transport that carries a connection's answers and events. */
export interface ClientTransport {
  /** Resolves when more can be written without accumulating unsent bytes; undefined if that is possible now. */
  writable(): Promise<void> | undefined;
  /** Whether the transport broke, rather than being closed by its client. */
  readonly isBroken: boolean;
  /** Called when an event will probably follow in this tick of the event loop: an answer may wait for it. */
  expectEvents?(): void;
}

interface ConnectionOptions {
  /** The authenticated user; null if there is none yet. */
  user: User | null;
  /** When the identity expires, if it does. */
  expiresAt?: Date | undefined;
  /** When the token of the identity was issued: null if it doesn't say, undefined without a token. */
  issuedAt?: Date | null | undefined;
  roles?: readonly ServerRole[] | undefined;
  /** The hash of the device in a guest's token. */
  deviceHash?: string | undefined;
  /** Optional for connections without backpressure or breakage. */
  transport?: ClientTransport;
  /** The client's address, as counted by limits. */
  address: string;
}

interface OrderOptions {
  /** The name of an order: the call waits only for calls with the same one. */
  order?: string;
  /** Called when it is the call's turn, before `run`: rejects if it may not be done any more. */
  confirm?: () => Promise<unknown>;
}

const defaultTransport: ClientTransport = { writable: () => undefined, isBroken: false };

/** One client's connection: its identity, and the state that is ordered or counted per connection. */
export class Connection {
  /** Unique over all instances. Not a UUID: V8 holds one as a string of a dozen parts, which takes half a kilobyte. */
  readonly id = newId();
  readonly transport: ClientTransport;
  readonly address: string;
  /** The hash of the address for rules; computed when it is needed first. */
  addressHash: string | undefined;
  /** The user whose address and device were noted: see `GuestSanctions`. */
  notedUserId: string | undefined;
  /** Paces the starts and replays of its watches; created with the first watch. */
  readLimiter: ReadLimiter | undefined;
  /** The rooms watched over this connection, one element per watch. */
  watchedRoomIds: readonly string[] = [];
  /** The entries of its user in presence, one for each watch that has begun. */
  presenceEntries: readonly PresenceEntry[] = [];
  /** Number of neighbourhoods watched over this connection. */
  neighbourhoodCount = 0;
  /** Number of lists of nearby rooms watched over this connection. */
  nearbyListCount = 0;

  #user: User | null;
  #expiresAt: Date | undefined;
  #issuedAt: Date | null | undefined;
  #roles: readonly ServerRole[] | undefined;
  #deviceHash: string | undefined;
  #endError: EarshotError | undefined;
  readonly #endController = new LightAbortController();
  /** Resolves when the latest call has started. Undefined before the first. */
  #lastStarted: Promise<unknown> | undefined;
  /** The same for each named order. Null before the first: most connections only watch. */
  #lastStartedIn: Map<string, Promise<unknown>> | null = null;

  constructor(options: ConnectionOptions) {
    this.#user = options.user;
    this.#expiresAt = options.expiresAt;
    this.#issuedAt = options.issuedAt;
    this.#roles = options.roles;
    this.#deviceHash = options.deviceHash;
    this.transport = options.transport ?? defaultTransport;
    this.address = options.address;
  }

  /** The user of this connection. Throws `UNAUTHENTICATED` without one, `TOKEN_EXPIRED` after its expiry, and the error that ended the connection. */
  get user(): User {
    if (this.#user === null) throw new EarshotError('UNAUTHENTICATED');
    if (this.#expiresAt !== undefined && this.#expiresAt.getTime() <= Date.now()) {
      throw new EarshotError('TOKEN_EXPIRED');
    }
    if (this.#endError) throw this.#endError;
    return this.#user;
  }

  /** The id of the user, even after the identity expired; null without one. */
  get userId(): string | null {
    return this.#user?.userId ?? null;
  }

  /** The roles of the user on the whole server. Throws as `user` does. */
  get roles(): readonly ServerRole[] {
    void this.user;
    return this.#roles ?? noRoles;
  }

  /** The same as `user`, without an error: null if the identity is missing or has expired, or the connection was ended. */
  get validUser(): User | null {
    const isExpired = this.#expiresAt !== undefined && this.#expiresAt.getTime() <= Date.now();
    return isExpired || this.#endError ? null : this.#user;
  }

  /** The roles of the valid user; none without one. */
  get validRoles(): readonly ServerRole[] {
    return (this.validUser && this.#roles) ?? noRoles;
  }

  /** When the identity expires; undefined if it doesn't. */
  get expiresAt(): Date | undefined {
    return this.#expiresAt;
  }

  /** When the token of the identity was issued: null if it doesn't say, undefined without a token. */
  get issuedAt(): Date | null | undefined {
    return this.#issuedAt;
  }

  /** The hash of the guest's device for rules; null if it is not known, and for users with an account. */
  get deviceHash(): string | null {
    return this.#deviceHash ?? null;
  }

  /** Milliseconds until the identity expires; null if it doesn't. */
  get expiresInMs(): number | null {
    return this.#expiresAt === undefined ? null : Math.max(0, this.#expiresAt.getTime() - Date.now());
  }

  /** Sets or clears the identity of the connection. */
  identify(
    identity: (Pick<ConnectionOptions, 'expiresAt' | 'issuedAt' | 'roles' | 'deviceHash'> & { user: User }) | null,
  ): void {
    this.#user = identity?.user ?? null;
    this.#expiresAt = identity?.expiresAt;
    this.#issuedAt = identity?.issuedAt;
    this.#roles = identity?.roles;
    this.#deviceHash = identity?.deviceHash;
    this.notedUserId = undefined;
  }

  /** Aborts when the server ends the connection; the reason is the error for the client. */
  get endSignal(): AbortSignalLike {
    return this.#endController;
  }

  end(reason: EarshotError): void {
    this.#endError ??= reason;
    this.#endController.abort(reason);
  }

  /**
   * Keeps pipelined calls in order: `admit` (checks, which may wait) runs immediately; `run` starts only after the `run` of every earlier
   * call has started. So the part of `run` before its first wait runs in order.
   */
  async runInOrder<Admitted, Result>(
    admit: () => Promise<Admitted>,
    run: (admitted: Admitted) => Promise<Result>,
    { order, confirm }: OrderOptions = {},
  ): Promise<Result> {
    const before = order === undefined ? this.#lastStarted : this.#lastStartedIn?.get(order);
    const admission = admit();
    const { promise: started, resolve: markStarted } = Promise.withResolvers<void>();
    if (order === undefined) this.#lastStarted = started;
    else {
      this.#lastStartedIn ??= new Map();
      this.#lastStartedIn.set(order, started);
    }
    admission.catch(() => {}); // it is awaited below, but may fail before
    await before;
    try {
      const admitted = await admission;
      await confirm?.();
      return run(admitted);
    } finally {
      markStarted();
      if (order !== undefined && this.#lastStartedIn?.get(order) === started) this.#lastStartedIn.delete(order);
    }
  }
}
