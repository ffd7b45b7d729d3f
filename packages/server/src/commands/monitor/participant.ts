/** What somebody in a room hears of the others. */
export type ObservedEvent =
  | { kind: 'message'; from: string; text: string }
  | { kind: 'joined'; name: string }
  | { kind: 'left'; name: string };

/** One user in a room, over either wire: what the scenarios need of it. */
export interface Participant extends AsyncDisposable {
  readonly name: string;
  /** What had been said in the room when this one came in, or came back: oldest first, 50 messages at most. */
  readonly history: readonly string[];
  send(text: string): Promise<void>;
  /** Resolves with the first, past or future, that fits. Rejects when the time of the scenario is over. */
  until(what: string, fits: (observed: ObservedEvent) => boolean): Promise<ObservedEvent>;
  readonly events: readonly ObservedEvent[];
  /** Breaks the line without a goodbye. */
  disconnect(): void;
  /** Resolves when the room is there again, with all that was said meanwhile heard or in `history`. */
  reconnect(): Promise<void>;
}

/** A room over one wire, for one run of one scenario. */
export interface ScenarioDriver {
  /** Lets a user in: the first or the second of the two there are. Each call is a connection of its own. */
  enter(user: 0 | 1): Promise<Participant>;
  /** Sends what no client should send. Resolves when each was answered by an error and the connection still serves. */
  sendBadFrames(): Promise<void>;
}
