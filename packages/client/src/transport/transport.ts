import type { AppRouter } from '@earshot/server';
import type { TRPCLink } from '@trpc/client';

/** Sends calls to the server. */
export interface Transport {
  readonly link: TRPCLink<AppRouter>;
  /** Checks that the connection still works, after a sleep of `asleepMs` milliseconds. */
  probe(asleepMs: number): void;
  close(): Promise<void>;
}
