import type { AnyTRPCRouter } from '@trpc/server';
import { ErrorHandler } from './errors.ts';
import type { CreateContextOptions, TrpcSocketOptions } from './options.ts';
import type { SubscriptionHandle } from './subscriptionHandle.ts';
import type { SocketTransport } from './transport.ts';

/** The options with their defaults. All connections share one. */
export interface ResolvedOptions {
  readonly router: AnyTRPCRouter;
  readonly errors: ErrorHandler;
  readonly maxBatchSize: number;
  readonly maxIdLength: number;
  readonly signals: boolean;
  readonly createContext: (options: CreateContextOptions<SocketTransport>) => unknown;
  readonly subscriptionContext: (ctx: unknown, subscription: SubscriptionHandle) => unknown;
  readonly stringify: (value: unknown) => string;
  readonly onDeferred: (begun: Promise<void>) => void;
}

export function resolveOptions(options: TrpcSocketOptions<AnyTRPCRouter>): ResolvedOptions {
  const { router } = options;
  const { transformer } = router._def._config;
  const unbounded = Number.POSITIVE_INFINITY;
  return {
    router,
    errors: new ErrorHandler(options),
    maxBatchSize: options.maxBatchSize ?? unbounded,
    maxIdLength: options.maxIdLength ?? unbounded,
    signals: options.signals ?? true,
    createContext: (about) => options.createContext?.(about),
    subscriptionContext: (ctx, subscription) => options.subscriptionContext?.(ctx, subscription) ?? ctx,
    stringify: options.stringify ?? ((value) => JSON.stringify(transformer.output.serialize(value))),
    onDeferred: (begun) => options.onDeferred?.(begun),
  };
}
