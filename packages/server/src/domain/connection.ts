import { randomUUID } from 'node:crypto';
import { EarshotError, type User } from '@earshot/shared';
import type { Pace } from '../feed/pace.ts';
import { type Signal, Stop } from '../feed/stop.ts';

/** The transport that carries a connection's answers and events. */
export interface Line {
  /** Resolves when more can be written without accumulating unsent bytes; undefined if that is possible now. */
  writable(): Promise<void> | undefined;
  /** Whether the transport broke, rather than being closed by its client. */
  readonly broken: boolean;
}

interface ConnectionOptions {
  /** The authenticated user; null if there is none yet. */
  user: User | null;
  /** When the identity expires, if it does. */
  expiresAt?: Date | undefined;
  /** Optional for connections without backpressure or breakage. */
  line?: Line;
  /** The client's address, as counted by limits. */
  address: string;
}

const sound: Line = { writable: () => undefined, broken: false };

/** One client's connection: its identity, and the state that is ordered or counted per connection. */
export class Connection {
  readonly id = randomUUID();
  readonly line: Line;
  readonly address: string;
  /** Paces the starts and replays of its watches; created with the first watch. */
  pace: Pace | undefined;
  /** The rooms watched over this connection, one element per watch. */
  watched: readonly string[] = [];

  #user: User | null;
  #expiresAt: Date | undefined;
  readonly #ending = new Stop();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#user = options.user;
    this.#expiresAt = options.expiresAt;
    this.line = options.line ?? sound;
    this.address = options.address;
  }

  /** The user of this connection. Throws `UNAUTHENTICATED` without one and `TOKEN_EXPIRED` after its expiry. */
  get user(): User {
    if (this.#user === null) throw new EarshotError('UNAUTHENTICATED');
    if (this.#expiresAt !== undefined && this.#expiresAt.getTime() <= Date.now()) {
      throw new EarshotError('TOKEN_EXPIRED');
    }
    return this.#user;
  }

  /** The id of the user, even after the identity expired; null without one. */
  get userId(): string | null {
    return this.#user?.userId ?? null;
  }

  /** Sets or clears the identity of the connection. */
  identify(identity: { user: User; expiresAt?: Date | undefined } | null): void {
    this.#user = identity?.user ?? null;
    this.#expiresAt = identity?.expiresAt;
  }

  /** Aborts when the server ends the connection; the reason is the error for the client. */
  get ended(): Signal {
    return this.#ending;
  }

  end(reason: EarshotError): void {
    this.#ending.abort(reason);
  }

  /**
   * Keeps pipelined calls in order: `admit` (checks, which may wait) runs immediately; `run` starts only after the `run` of every earlier
   * call has started. So the part of `run` before its first wait runs in order.
   */
  async inTurn<Admitted, Result>(
    admit: () => Promise<Admitted>,
    act: (admitted: Admitted) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#turn;
    const admission = admit();
    const { promise: started, resolve: markStarted } = Promise.withResolvers<void>();
    this.#turn = started;
    admission.catch(() => {}); // it is awaited below, but may fail before
    await before;
    try {
      const admitted = await admission;
      return act(admitted);
    } finally {
      markStarted();
    }
  }
}
