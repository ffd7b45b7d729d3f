import type { AppRouter } from '@earshot/server';
import { errorCodes } from '@earshot/shared';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EarshotClientError, isRecord } from '../errors.ts';

/**
 * For a client with a fixed token. After it has expired, no call can succeed, so all calls fail at once instead of waiting for
 * a connection.
 */
export function expiredTokenLink(): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const fail = (error: TRPCClientError<AppRouter>) =>
          observer.error(isExpiry(error) ? TRPCClientError.from(finalExpiry(error)) : error);
        return next(op).subscribe({
          ...observer,
          next: (envelope) => {
            const { result } = envelope;
            // A subscription survives the loss of a connection, and would retry after this one too.
            if (result.type === 'state' && isExpiry(result.error)) fail(result.error);
            else observer.next(envelope);
          },
          error: fail,
        });
      });
}

export const finalExpiry = (cause: Error) => new EarshotClientError('TOKEN_EXPIRED', { retry: 'no', cause });

/** Whether the server answered that the token has expired, or closed the socket for it. */
function isExpiry(error: TRPCClientError<AppRouter> | null): error is TRPCClientError<AppRouter> {
  if (error?.data?.errorCode === 'TOKEN_EXPIRED') return true;
  for (let cause: unknown = error; isRecord(cause); cause = cause.cause) {
    if (cause.type === 'close' && cause.code === errorCodes.TOKEN_EXPIRED.close) return true;
  }
  return false;
}
