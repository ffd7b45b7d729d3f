import type { AppRouter } from '@earshot/server';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EarshotClientError } from '../errors.ts';

/**
 * Gives a call that tRPC could not send, because its socket was closing, the error `CONNECTION_LOST`. tRPC rejects the call with a
 * plain Error at the moment when it finds the socket closed, so `isOpen` distinguishes it from other plain errors.
 */
export function unsentCallLink(isOpen: () => boolean): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) =>
        next(op).subscribe({
          ...observer,
          error: (error) => {
            const isUnsent = error.cause?.constructor === Error && !isOpen();
            const lost = new EarshotClientError('CONNECTION_LOST', { cause: error });
            observer.error(isUnsent ? TRPCClientError.from(lost) : error);
          },
        }),
      );
}
