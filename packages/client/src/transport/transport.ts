import type { AppRouter } from '@earshot/server';
import type { TRPCLink } from '@trpc/client';

/** Sends calls to the server. */
export interface Transport {
  readonly links: readonly TRPCLink<AppRouter>[];
  /** Checks that the connection still works, after a sleep of `asleepMs` milliseconds. */
  probe(asleepMs: number): void;
  close(): Promise<void>;
}
