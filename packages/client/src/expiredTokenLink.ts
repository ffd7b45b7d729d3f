import type { AppRouter } from '@earshot/server';
import { errorCodes } from '@earshot/shared';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { EarshotClientError, isRecord } from './errors.ts';

/**
 * For a client with one token and no way to get another: once it has expired, no call can succeed, so none waits for
 * a better connection.
 */
export function expiredTokenLink(): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const fail = (error: TRPCClientError<AppRouter>) =>
          observer.error(tellsExpiry(error) ? TRPCClientError.from(finalExpiry(error)) : error);
        return next(op).subscribe({
          next: (envelope) => {
            const { result } = envelope;
            // A subscription outlives its connections, and would outlive this end too.
            if (result.type === 'state' && tellsExpiry(result.error)) fail(result.error);
            else observer.next(envelope);
          },
          error: fail,
          complete: () => observer.complete(),
        });
      });
}

const finalExpiry = (cause: Error) => new EarshotClientError('TOKEN_EXPIRED', { retry: 'no', cause });

/** Whether the server has answered so, or closed the socket for it. */
function tellsExpiry(error: TRPCClientError<AppRouter> | null): error is TRPCClientError<AppRouter> {
  if (error?.data?.errorCode === 'TOKEN_EXPIRED') return true;
  for (let cause: unknown = error; isRecord(cause); cause = cause.cause) {
    if (cause.type === 'close' && cause.code === errorCodes.TOKEN_EXPIRED.close) return true;
  }
  return false;
}
