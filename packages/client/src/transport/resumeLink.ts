import type { AppRouter } from '@earshot/server';
import type { Operation, TRPCClientError, TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { ConnectionMonitor } from '../connection/connectionMonitor.ts';
import { asEarshotError, EarshotClientError, isRecord } from '../errors.ts';

export interface StreamControl {
  /** Reopens the stream from its last event. */
  reopen(): void;
  /** Closes the stream until it is reopened. */
  pause(): void;
}

/**
 * Reopens a lost event stream from its last event. EventSource does so by itself, but without jitter,
 * with the first token, and not after every error. tRPC's retryLink loses the position.
 * The controls of the open streams are added to `streams`.
 */
export function resumeLink(monitor: ConnectionMonitor, streams: Set<StreamControl>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const slot = monitor.createSlot();
        const stopped = new AbortController();
        let stream: Unsubscribable | null = null;
        let lastEventId: string | undefined;
        let attempts = 0;

        const lose = (error: EarshotClientError) => {
          attempts += 1;
          close();
          slot.lost({ error });
        };
        const fail = (error: TRPCClientError<AppRouter>) => {
          const known = asEarshotError(error);
          if (known.code === 'CONNECTION_LOST' || known.code === 'NO_CREDENTIALS') {
            lose(known);
            open();
          } else observer.error(error);
        };
        const close = () => {
          const closing = stream;
          stream = null;
          closing?.unsubscribe();
        };
        const open = () => {
          attempts += 1;
          const attempt = attempts;
          slot.waitForTurn(stopped.signal).then(
            () => attempt === attempts && start(),
            () => observer.complete(),
          );
        };
        const start = () => {
          let current = true;
          const inner = next(withLastEventId(op, lastEventId)).subscribe({
            next: (envelope) => {
              if (!current) return;
              const { result } = envelope;
              if (result.type === 'started') slot.opened();
              if ((result.type === undefined || result.type === 'data') && result.id !== undefined)
                lastEventId = result.id;
              observer.next(envelope);
              if (result.type === 'state' && result.error !== null) fail(result.error);
            },
            error: (error) => current && fail(error),
            complete: () => current && observer.complete(),
          });
          stream = {
            unsubscribe: () => {
              current = false;
              inner.unsubscribe();
            },
          };
        };
        const pause = () => lose(new EarshotClientError('CONNECTION_LOST'));
        const control: StreamControl = {
          pause,
          reopen: () => {
            pause();
            open();
          },
        };

        streams.add(control);
        open();
        return () => {
          streams.delete(control);
          stopped.abort();
          close();
          slot.ended();
        };
      });
}

function withLastEventId(op: Operation, lastEventId: string | undefined): Operation {
  if (lastEventId === undefined || !isRecord(op.input)) return op;
  return { ...op, input: { ...op.input, lastEventId } };
}
