/** Options of a single call. */
export interface CallOptions {
  /** Aborting ends the wait. The server may still execute the call. */
  signal?: AbortSignal;
}

export interface Query<Input, Output> {
  /** Resolves with the output, or rejects. `asEarshotError` converts the reason to an EarshotClientError. */
  query: (input: Input, options?: CallOptions) => Promise<Output>;
}

export interface Mutation<Input, Output> {
  /** Resolves with the output, or rejects. `asEarshotError` converts the reason to an EarshotClientError. */
  mutate: (input: Input, options?: CallOptions) => Promise<Output>;
}

interface Handlers<Event> {
  /** Called for each event, with the id to resume from. */
  onData: (event: Event) => void;
  /** Called when the subscription ends with an error. */
  onError: (error: Error) => void;
  onStarted: () => void;
  onStopped: () => void;
  /** Called when the subscription ends, for any reason. */
  onComplete: () => void;
  /** `connecting`: the connection is being opened, for the first time or after an error. `pending`: it is open. */
  onConnectionStateChange: (change: { state: 'idle' | 'connecting' | 'pending'; error: Error | null }) => void;
}

/** At least one handler is required. */
export type SubscriptionHandlers<Event> = Partial<Handlers<Event>> &
  { [Name in keyof Handlers<Event>]: Pick<Handlers<Event>, Name> }[keyof Handlers<Event>] &
  CallOptions;

export interface Subscription<Input, Event> {
  subscribe: (input: Input, handlers: SubscriptionHandlers<Event>) => { unsubscribe(): void };
}
