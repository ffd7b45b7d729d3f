import type { AppRouter } from '@earshot/server';
import type { RoomEvent } from '@earshot/shared';
import type { TRPCClient } from '@trpc/client';
import { asEarshotError, EarshotClientError } from './errors.ts';
import { pauseBeforeRetry, type RetryOptions } from './retrying.ts';

export interface RoomSubscriptionOptions {
  trpc: TRPCClient<AppRouter>;
  roomId: string;
  /** How many messages to begin with. */
  history: number | undefined;
  retry: RetryOptions;
  /** The sequence number to resume from; null while there is none. */
  position(): number | null;
  onEvent(event: RoomEvent, seq: number): void;
  onLive(): void;
  /** Events do not come for now, and will again. */
  onInterrupted(error: EarshotClientError | null): void;
  /** Events will not come again. */
  onStopped(error: EarshotClientError): void;
}

/**
 * Watches a room until `retry.signal` aborts. The transports carry a subscription over lost connections; this carries it
 * over errors and ends that the server told, as far as trying again can help.
 */
export async function keepSubscribed(options: RoomSubscriptionOptions): Promise<void> {
  const { retry } = options;
  let failures = 0;
  const onLive = () => {
    failures = 0;
    options.onLive();
  };
  while (!retry.signal.aborted) {
    const error = await subscribeOnce({ ...options, onLive });
    if (retry.signal.aborted) return;
    if (error.retry === 'no') return options.onStopped(error);
    options.onInterrupted(error);
    await pauseBeforeRetry(error, failures, retry).catch(() => {});
    failures += 1;
  }
}

/** Resolves with what the subscription ended with. */
function subscribeOnce(options: RoomSubscriptionOptions): Promise<EarshotClientError> {
  const { trpc, roomId, history, retry } = options;
  const position = options.position();
  return new Promise((settle) => {
    const resolve = (error: EarshotClientError) => {
      retry.signal.removeEventListener('abort', stop);
      settle(error);
    };
    const stop = () => {
      subscription.unsubscribe();
      settle(new EarshotClientError('ABORTED'));
    };
    const subscription = trpc.rooms.watch.subscribe(
      {
        roomId,
        ...(history !== undefined && { history }),
        ...(position !== null && { lastEventId: String(position) }),
      },
      {
        onData: ({ id, data }) => {
          options.onLive();
          options.onEvent(data, Number(id));
        },
        onStarted: () => options.onLive(),
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'connecting') options.onInterrupted(error && asEarshotError(error));
        },
        onError: (error) => resolve(asEarshotError(error)),
        // The server ended it without an error, e.g. because the user left the room on another device.
        onComplete: () => resolve(new EarshotClientError('CONNECTION_LOST')),
      },
    );
    retry.signal.addEventListener('abort', stop);
  });
}
