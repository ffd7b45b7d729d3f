import type { Identity } from './identity.ts';
import type { RoomName } from './target.ts';

/** An event that a participant receives. */
export type ObservedEvent =
  | { kind: 'message'; from: string; text: string }
  | { kind: 'joined'; name: string }
  | { kind: 'left'; name: string };

/** One user in a room, over either wire, as the scenarios use it. */
export interface Participant extends AsyncDisposable {
  readonly name: string;
  /** The messages sent before this user joined or reconnected: oldest first, at most 50. */
  readonly history: readonly string[];
  send(text: string): Promise<void>;
  /** Resolves to the first matching event, past or future. Rejects when the scenario's time is over. */
  until(description: string, matches: (observed: ObservedEvent) => boolean): Promise<ObservedEvent>;
  readonly events: readonly ObservedEvent[];
  /** Terminates the connection without a close frame. */
  disconnect(): void;
  /** Resolves when the user is back in the room, with all missed messages in `events` or `history`. */
  reconnect(): Promise<void>;
}

/** A room over one wire, for one run of one scenario. */
export interface ScenarioDriver {
  /** Lets the first or the second user enter. Each call opens its own connection. */
  enter(user: 0 | 1): Promise<Participant>;
  /** Sends invalid frames. Resolves if each was answered by an error and the connection still works. */
  sendBadFrames(): Promise<void>;
}

export interface ScenarioDriverOptions {
  base: string;
  /** Null: the scenario creates a room. */
  room: RoomName | null;
  users: [Identity, Identity];
  /** Aborts when the scenario's time is over. */
  signal: AbortSignal;
}
