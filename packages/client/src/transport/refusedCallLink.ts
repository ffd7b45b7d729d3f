import type { AppRouter } from '@earshot/server';
import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { EarshotClientError } from '../errors.ts';

/** The calls that wait for the connection or for their answers. Subscriptions are not among them: they wait for the next connection. */
export class WaitingCalls {
  readonly #reject = new Set<(error: EarshotClientError) => void>();

  add(reject: (error: EarshotClientError) => void): () => void {
    this.#reject.add(reject);
    return () => this.#reject.delete(reject);
  }

  rejectAll(error: EarshotClientError): void {
    for (const reject of [...this.#reject]) reject(error);
  }
}

/**
 * Adds each call to `calls`, so that it can be rejected when the server refuses the connection. tRPC rejects only the calls that
 * it has already sent. It sends them one timer after the credentials, and on a busy machine the refusal arrives before that. The
 * calls would then wait for the next connection, and be rejected only if that one is refused later.
 */
export function refusedCallLink(calls: WaitingCalls): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) => {
      if (op.type === 'subscription') return next(op);
      return observable((observer) => {
        const remove = calls.add((error) => observer.error(TRPCClientError.from(error)));
        const call = next(op).subscribe(observer);
        return () => {
          remove();
          call.unsubscribe();
        };
      });
    };
}
