import type { AppRouter } from '@earshot/server';
import type { TRPCLink } from '@trpc/client';

/** How calls reach the server. */
export interface Transport {
  readonly link: TRPCLink<AppRouter>;
  /** Makes sure that the line still carries something, after a sleep of so many milliseconds that may have outlived it. */
  probe(asleepMs: number): void;
  close(): Promise<void>;
}
