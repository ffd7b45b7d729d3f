/** What a single call may be told besides its input. */
export interface CallOptions {
  /** Aborting it ends the wait. The server may have done what was asked. */
  signal?: AbortSignal;
}

export interface Query<Input, Output> {
  /** Resolves with the answer, or rejects; `asEarshotError` makes an EarshotClientError of what it rejects with. */
  query: (input: Input, options?: CallOptions) => Promise<Output>;
}

export interface Mutation<Input, Output> {
  /** Resolves with the answer, or rejects; `asEarshotError` makes an EarshotClientError of what it rejects with. */
  mutate: (input: Input, options?: CallOptions) => Promise<Output>;
}

interface Handlers<Event> {
  /** Called for each event, with the id to resume from. */
  onData: (event: Event) => void;
  /** Called when the subscription ends with an error. */
  onError: (error: Error) => void;
  onStarted: () => void;
  onStopped: () => void;
  /** Called when the subscription ends, for whatever reason. */
  onComplete: () => void;
  /** `connecting`: the connection is being opened, after an error or for the first time; `pending`: it is open. */
  onConnectionStateChange: (change: { state: 'idle' | 'connecting' | 'pending'; error: Error | null }) => void;
}

/** At least one handler is needed. */
export type SubscriptionHandlers<Event> = Partial<Handlers<Event>> &
  { [Name in keyof Handlers<Event>]: Pick<Handlers<Event>, Name> }[keyof Handlers<Event>] &
  CallOptions;

export interface Subscription<Input, Event> {
  subscribe: (input: Input, handlers: SubscriptionHandlers<Event>) => { unsubscribe(): void };
}
