import { EarshotError, limits } from '@earshot/shared';
import { getTRPCErrorShape, type TRPCError, transformTRPCResponse } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { retryAfter } from '../errors/errorResponse.ts';
import { isCostlyToParse } from '../limits/jsonCost.ts';
import { describeError, toTrpcError } from './errorShape.ts';
import { type HttpContextFactory, releaseSlots } from './httpContext.ts';
import type { OnError } from './onError.ts';
import { appRouter } from './router.ts';

interface HttpRoutesOptions {
  createContext: HttpContextFactory;
  onError: OnError;
}

/** tRPC over HTTP: queries, mutations, batches and event streams, through tRPC's own handler. */
export function trpcRoutes({ createContext, onError }: HttpRoutesOptions): FastifyPluginAsync {
  const handler = {
    router: appRouter,
    createContext,
    onError,
    responseMeta: ({ errors }: { errors: readonly TRPCError[] }) => retryAfterMeta(errors),
  };
  return async (app) => {
    // tRPC also accepts forms, and reads a whole form into memory. Without a parser for them, Fastify rejects them.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, body, done) => {
      done(isCostlyToParse(body) ? new EarshotError('FRAME_TOO_LARGE') : null, body);
    });
    app.addHook('onSend', async (_request, reply) => releaseSlots(reply));
    app.all<{ Params: { path: string } }>('/:path', async (req, res) => {
      const { path } = req.params;
      if (isTooLargeBatch(req, path)) await rejectBatch(res, onError);
      else await fastifyRequestHandler({ ...handler, req, res, path });
    });
  };
}

/** Whether the request is a batch with too many calls. tRPC's own `maxBatchSize` reports it without an error code. */
function isTooLargeBatch({ method, url }: FastifyRequest, path: string): boolean {
  if (method === 'HEAD') return false;
  const paths = path.split(/,|%2c/i); // tRPC decodes the path once more
  if (paths.length <= limits.callsPerBatch) return false;
  return new URL(url, 'http://localhost').searchParams.get('batch') === '1';
}

/** Answers with one error for the whole batch, as tRPC does for a request that it can't read. */
async function rejectBatch(reply: FastifyReply, onError: OnError): Promise<void> {
  const error = toTrpcError(new EarshotError('TOO_MANY_CALLS'));
  onError({ error, path: undefined });
  const config = appRouter._def._config;
  const shape = getTRPCErrorShape({
    config,
    error,
    type: 'unknown',
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  await reply.code(shape.data.httpStatus).send(transformTRPCResponse(config, { error: shape }));
}

/** `Retry-After` for tRPC's answers: the longest wait among the calls' errors. */
function retryAfterMeta(errors: readonly TRPCError[]): { headers?: Record<string, string> } {
  const waits = errors.map((error) => describeError(error).data.retryAfterMs ?? 0);
  const longest = Math.max(0, ...waits);
  return longest > 0 ? { headers: { 'retry-after': retryAfter(longest) } } : {};
}
