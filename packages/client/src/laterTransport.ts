import type { AppRouter } from '@earshot/server';
import { type OperationLink, TRPCClientError } from '@trpc/client';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import { EarshotClientError } from './errors.ts';
import type { Transport } from './transport.ts';

/**
 * A transport whose code is loaded when it is first needed, so that pages which never need it never load it. Calls made
 * meanwhile wait. What can't be loaded counts as a lost connection, and the next call tries again.
 */
export function laterTransport(load: () => Promise<Transport>): Transport {
  let loading: Promise<Transport> | null = null;
  let loaded: Transport | null = null;

  const get = () => {
    loading ??= load().then(
      (transport) => {
        loaded = transport;
        return transport;
      },
      (cause: unknown) => {
        loading = null;
        throw new EarshotClientError('CONNECTION_LOST', { cause });
      },
    );
    return loading;
  };

  return {
    link: (runtime) => {
      // One for all calls: it gathers them into batches.
      let link: OperationLink<AppRouter> | null = null;
      return ({ op, next }) =>
        observable((observer) => {
          let call: Unsubscribable | null = null;
          let wanted = true;
          get().then(
            (transport) => {
              if (!wanted) return;
              link ??= transport.link(runtime);
              call = link({ op, next }).subscribe(observer);
            },
            (error: Error) => {
              if (wanted) observer.error(TRPCClientError.from(error));
            },
          );
          return () => {
            wanted = false;
            call?.unsubscribe();
          };
        });
    },
    probe: (asleepMs) => loaded?.probe(asleepMs),
    close: async () => loaded?.close(),
  };
}
