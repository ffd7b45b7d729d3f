import type { RoomEvent } from '@earshot/shared';
import type { EarshotApi } from './api.ts';
import { asEarshotError, EarshotClientError } from './errors.ts';
import { pauseBeforeRetry, type RetryOptions } from './retrying.ts';
import { stableMs } from './retrySchedule.ts';
import { unrefTimer } from './timers.ts';

export interface RoomSubscriptionOptions {
  trpc: EarshotApi;
  roomId: string;
  /** How many messages to begin with. */
  history: number | undefined;
  retry: RetryOptions;
  /** The id of the event to resume from; null while there is none. */
  lastEventId(): string | null;
  onEvent(event: RoomEvent, id: string): void;
  onLive(): void;
  /** Events do not come for now, and will again. */
  onInterrupted(error: EarshotClientError | null): void;
  /** Events will not come again. */
  onStopped(error: EarshotClientError): void;
}

/** Without an error for this long, in milliseconds, a watch that resumes is taken to be live. */
const settleMs = 1_000;

/**
 * Watches a room until `retry.signal` aborts. The transports carry a subscription over lost connections; this carries it
 * over errors and ends that the server told, as far as trying again can help.
 */
export async function keepSubscribed(options: RoomSubscriptionOptions): Promise<void> {
  const { retry } = options;
  let failures = 0;
  let liveSince: number | null = null;
  const onLive = () => {
    liveSince ??= performance.now();
    options.onLive();
  };
  const onInterrupted = (error: EarshotClientError | null) => {
    if (liveSince !== null && performance.now() - liveSince >= stableMs) failures = 0;
    liveSince = null;
    options.onInterrupted(error);
  };
  // After a refusal another one is likely, and a server whose database is away takes seconds to tell.
  const quietMs = () => (failures === 0 ? settleMs : stableMs);
  while (!retry.signal.aborted) {
    const error = await subscribeOnce({ ...options, onLive, onInterrupted, quietMs });
    if (retry.signal.aborted) return;
    if (error.retry === 'no') return options.onStopped(error);
    onInterrupted(error);
    await pauseBeforeRetry(error, failures, retry).catch(() => {});
    failures += 1;
  }
}

/** Resolves with what the subscription ended with. `quietMs`: how long a resumed one must hold to count as live. */
function subscribeOnce(options: RoomSubscriptionOptions & { quietMs(): number }): Promise<EarshotClientError> {
  const { trpc, roomId, history, retry } = options;
  const lastEventId = options.lastEventId();
  return new Promise((settle) => {
    let started = false;
    let quiet: ReturnType<typeof setTimeout> | undefined;
    const endQuiet = () => {
      clearTimeout(quiet);
      quiet = undefined;
    };
    // The server tells that a watch started before it looks whether it may run. The first event proves that it does, but
    // only a fresh watch is sure to get one; where one resumes, nothing may happen for long.
    const liveIfQuiet = () => {
      if (!started || options.lastEventId() === null) return;
      quiet ??= unrefTimer(setTimeout(options.onLive, options.quietMs()));
    };
    const resolve = (error: EarshotClientError) => {
      endQuiet();
      retry.signal.removeEventListener('abort', stop);
      settle(error);
    };
    const stop = () => {
      endQuiet();
      subscription.unsubscribe();
      settle(new EarshotClientError('ABORTED'));
    };
    const subscription = trpc.rooms.watch.subscribe(
      {
        roomId,
        ...(history !== undefined && { history }),
        ...(lastEventId !== null && { lastEventId }),
      },
      {
        onData: ({ id, data }) => {
          endQuiet();
          options.onLive();
          options.onEvent(data, id);
        },
        onStarted: () => {
          started = true;
          liveIfQuiet();
        },
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'connecting') {
            endQuiet();
            options.onInterrupted(error && asEarshotError(error));
          }
          // tRPC tells of the start once only, not again on the next connection.
          if (state === 'pending') liveIfQuiet();
        },
        onError: (error) => resolve(asEarshotError(error)),
        // The server ended it without an error, e.g. because the user left the room on another device.
        onComplete: () => resolve(new EarshotClientError('CONNECTION_LOST')),
      },
    );
    retry.signal.addEventListener('abort', stop);
  });
}
