import type { AppRouter } from '@earshot/server';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EarshotClientError } from '../errors.ts';

/**
 * Wraps `wsLink`. tRPC fails a call on a closing socket with an error that has no class of its own: a plain Error, the only one that the
 * link reports. It becomes `CONNECTION_LOST`, so that the call is repeated.
 */
export function withLostCalls(link: TRPCLink<AppRouter>): TRPCLink<AppRouter> {
  return (runtime) => {
    const send = link(runtime);
    return (call) =>
      observable((observer) =>
        send(call).subscribe({
          next: (envelope) => observer.next(envelope),
          error: (error) => observer.error(isPlain(error.cause) ? lost(error) : error),
          complete: () => observer.complete(),
        }),
      );
  };
}

const isPlain = (cause: unknown) => cause instanceof Error && Object.getPrototypeOf(cause) === Error.prototype;

const lost = (cause: Error) => TRPCClientError.from<AppRouter>(new EarshotClientError('CONNECTION_LOST', { cause }));
