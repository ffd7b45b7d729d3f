import type { IncomingMessage } from 'node:http';
import { type AnyTRPCRouter, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Call } from './call.ts';
import type { ErrorInfo } from './options.ts';

/** Where an error happened. */
interface ErrorSource {
  /** Undefined if the error belongs to no call. */
  readonly call?: Call | undefined;
  /** Undefined until the context is created. */
  readonly ctx: unknown;
  readonly req: IncomingMessage | undefined;
}

interface ErrorOptions {
  router: AnyTRPCRouter;
  onError?(info: ErrorInfo<unknown>): unknown;
}

/** Reports errors to the server, and writes them for clients. */
export class ErrorHandler {
  readonly #options: ErrorOptions;

  constructor(options: ErrorOptions) {
    this.#options = options;
  }

  /** Reports an error. Never throws. */
  report(cause: unknown, { call, ctx, req }: ErrorSource): TRPCError {
    const error = getTRPCErrorFromUnknown(cause);
    const { path, input, type = 'unknown' } = call ?? {};
    // `onError` may be asynchronous, and nothing awaits it: an unhandled rejection would end the process.
    new Promise((resolve) => resolve(this.#options.onError?.({ error, type, path, input, ctx, req }))).catch(() => {});
    return error;
  }

  /** The text of an error as clients see it. Falls back to a plain error if the router's formatter throws, so that each request is answered. */
  text(error: TRPCError, source: ErrorSource): string {
    const { path, input, type = 'unknown' } = source.call ?? {};
    const config = this.#options.router._def._config;
    try {
      return this.#stringify(getTRPCErrorShape({ config, error, type, path, input, ctx: source.ctx }));
    } catch (cause) {
      this.report(cause, source);
      return this.#stringify(fallbackShape);
    }
  }

  #stringify(shape: object): string {
    return JSON.stringify(this.#options.router._def._config.transformer.output.serialize(shape));
  }
}

const fallbackShape = {
  code: TRPC_ERROR_CODES_BY_KEY.INTERNAL_SERVER_ERROR,
  message: 'Internal server error',
  data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
};

export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
