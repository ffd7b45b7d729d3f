import { eventStreamPingMs, transformer } from '@earshot/shared';
import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { Context } from './context.ts';
import { describeError } from './errorShape.ts';
import { serialize } from './sharedAnswers.ts';

const wrongType = {
  code: TRPC_ERROR_CODES_BY_KEY.METHOD_NOT_SUPPORTED,
  data: { code: 'METHOD_NOT_SUPPORTED', httpStatus: 405 },
} as const;

/** Maximum characters of a path that an error repeats. */
const pathChars = 128;

const t = initTRPC.context<Context>().create({
  transformer: { input: transformer.input, output: { ...transformer.output, serialize } },
  isDev: false, // no stack trace leaves the server, whatever NODE_ENV says
  sse: {
    ping: { enabled: true, intervalMs: eventStreamPingMs },
    client: { reconnectAfterInactivityMs: 40_000 },
  },
  errorFormatter: ({ shape, error }) => {
    const { message, data } = describeError(error);
    // tRPC answers NOT_FOUND over WebSocket, and METHOD_NOT_SUPPORTED over HTTP. Both become the latter.
    const named = data.errorCode === 'WRONG_CALL_TYPE' ? wrongType : shape;
    // The client chooses the path, so its length is bounded.
    const path = shape.data.path?.slice(0, pathChars);
    return { ...shape, code: named.code, message, data: { ...shape.data, ...named.data, ...data, path } };
  },
});

export const router = t.router;

/** A procedure without the limits of `baseProcedure.ts`. */
export const trpcProcedure = t.procedure;
