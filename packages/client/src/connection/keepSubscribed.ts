import { asEarshotError, EarshotClientError } from '../errors.ts';
import { unrefTimer } from '../lib/timers.ts';
import type { SubscriptionHandlers } from '../procedureTypes.ts';
import { stableMs } from './retrySchedule.ts';
import { pauseBeforeRetry, type RetryOptions } from './withRetry.ts';

export interface KeepSubscribedOptions<Event> {
  /** Calls the procedure. */
  subscribe(
    resume: { lastEventId?: string },
    handlers: SubscriptionHandlers<{ id: string; data: Event }>,
  ): { unsubscribe(): void };
  retry: RetryOptions;
  /** The id of the event to resume from; null if there is none. */
  lastEventId(): string | null;
  onEvent(event: Event, id: string): void;
  onLive(): void;
  /** Events are interrupted and will resume. */
  onInterrupted(error: EarshotClientError | null): void;
  /** There will be no more events. */
  onStopped(error: EarshotClientError): void;
}

/** A resumed subscription counts as live after this many milliseconds without an error. */
const settleMs = 1_000;

/**
 * Stays subscribed until `retry.signal` aborts. The transports resume a subscription after a lost connection. This
 * function subscribes again after an error or an end sent by the server, if a retry can help.
 */
export async function keepSubscribed<Event>(options: KeepSubscribedOptions<Event>): Promise<void> {
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
  // After an error another one is likely, and a server whose database is down needs seconds to report it.
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

/** Resolves with the error that ended the subscription. `quietMs`: milliseconds after which a resumed one counts as live. */
function subscribeOnce<Event>(
  options: KeepSubscribedOptions<Event> & { quietMs(): number },
): Promise<EarshotClientError> {
  const { retry } = options;
  const lastEventId = options.lastEventId();
  return new Promise((settle) => {
    let started = false;
    let quietTimer: ReturnType<typeof setTimeout> | undefined;
    const stopQuietTimer = () => {
      clearTimeout(quietTimer);
      quietTimer = undefined;
    };
    // The server reports the start before it checks permissions. The first event proves that the subscription runs, but
    // only a new one always gets an event; a resumed one may be silent for long.
    const startQuietTimer = () => {
      if (!started || options.lastEventId() === null) return;
      quietTimer ??= unrefTimer(setTimeout(options.onLive, options.quietMs()));
    };
    const resolve = (error: EarshotClientError) => {
      stopQuietTimer();
      retry.signal.removeEventListener('abort', stop);
      settle(error);
    };
    const stop = () => {
      stopQuietTimer();
      subscription.unsubscribe();
      settle(new EarshotClientError('ABORTED'));
    };
    const subscription = options.subscribe(
      { ...(lastEventId !== null && { lastEventId }) },
      {
        onData: ({ id, data }) => {
          stopQuietTimer();
          options.onLive();
          options.onEvent(data, id);
        },
        onStarted: () => {
          started = true;
          startQuietTimer();
        },
        onConnectionStateChange: ({ state, error }) => {
          if (state === 'connecting') {
            stopQuietTimer();
            options.onInterrupted(error && asEarshotError(error));
          }
          // tRPC reports the start only once, not again on the next connection.
          if (state === 'pending') startQuietTimer();
        },
        onError: (error) => resolve(asEarshotError(error)),
        // The server ended the subscription without an error, e.g. because the user left the room on another device.
        onComplete: () => resolve(new EarshotClientError('CONNECTION_LOST')),
      },
    );
    retry.signal.addEventListener('abort', stop);
  });
}
