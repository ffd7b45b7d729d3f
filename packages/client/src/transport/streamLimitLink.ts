import type { AppRouter } from '@earshot/server';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { EarshotClientError } from '../errors.ts';
import type { Release, TakeSlot } from './streamSlot.ts';

/** Refuses an event stream with `TOO_MANY_STREAMS` if it would use the connections that calls need: all calls would be blocked. */
export function streamLimitLink(takeSlot: TakeSlot): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let subscription: Unsubscribable | null = null;
        let release: Release | null = null;
        let isOver = false;
        const end = () => {
          isOver = true;
          release?.();
          release = null;
        };
        const fail = (error: TRPCClientError<AppRouter>) => {
          end();
          observer.error(error);
        };
        const start = (slot: Release | null) => {
          release = slot;
          if (isOver) return end();
          if (slot === null) return refuse();
          subscription = next(op).subscribe({
            ...observer,
            error: fail,
            complete: () => {
              end();
              observer.complete();
            },
          });
        };
        const refuse = () => {
          subscription?.unsubscribe();
          if (!isOver) fail(TRPCClientError.from(new EarshotClientError('TOO_MANY_STREAMS')));
        };
        takeSlot(refuse).then(start, (cause: unknown) => {
          if (!isOver) fail(TRPCClientError.from(new EarshotClientError('CONNECTION_LOST', { cause })));
        });
        return () => {
          subscription?.unsubscribe();
          end();
        };
      });
}
