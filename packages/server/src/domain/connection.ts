import { randomUUID } from 'node:crypto';
import { EarshotError, type User } from '@earshot/shared';
import type { Pace } from '../feed/pace.ts';
import { type Signal, Stop } from '../feed/stop.ts';

/** What a connection's answers and events travel on. */
export interface Line {
  /** Resolves when more can be written without piling up unsent bytes; undefined: at once. */
  writable(): Promise<void> | undefined;
  /** Whether it broke, instead of being closed by its client. */
  readonly broken: boolean;
}

interface ConnectionOptions {
  /** Who speaks, or null while nobody said. */
  user: User | null;
  /** When the identity runs out, if it does. */
  expiresAt?: Date | undefined;
  /** Left out where nothing is to be seen to. */
  line?: Line;
  /** The client's address, as limits count it. */
  address: string;
}

const sound: Line = { writable: () => undefined, broken: false };

/** One client's connection: who is there, and what must be kept in order or counted for each connection. */
export class Connection {
  readonly id = randomUUID();
  readonly line: Line;
  readonly address: string;
  /** Of what its watches are given to begin with; made with the first of them. */
  pace: Pace | undefined;
  /** The rooms watched over it, each as often as it is watched. */
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

  /** The user of this connection. Throws `UNAUTHENTICATED` without one and `TOKEN_EXPIRED` when its time is over. */
  get user(): User {
    if (this.#user === null) throw new EarshotError('UNAUTHENTICATED');
    if (this.#expiresAt !== undefined && this.#expiresAt.getTime() <= Date.now()) {
      throw new EarshotError('TOKEN_EXPIRED');
    }
    return this.#user;
  }

  /** The id of the user, whether or not the time of the identity is over; null without one. */
  get userId(): string | null {
    return this.#user?.userId ?? null;
  }

  /** Somebody said, or said anew, who speaks from now on; null: nobody does. */
  identify(identity: { user: User; expiresAt?: Date | undefined } | null): void {
    this.#user = identity?.user ?? null;
    this.#expiresAt = identity?.expiresAt;
  }

  /** Aborts when the server ends the connection; its reason is the error to tell. */
  get ended(): Signal {
    return this.#ending;
  }

  end(reason: EarshotError): void {
    this.#ending.abort(reason);
  }

  /**
   * Keeps what clients pipeline in order: `admit` (checks, which may wait) runs at once, `act` starts only after the
   * `act` of every earlier call has started. What `act` does before its first wait therefore happens in order.
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
