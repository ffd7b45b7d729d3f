import { errorCodes, limits } from '@earshot/shared';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance } from 'fastify';
import type { Metrics } from '../observe/metrics.ts';
import { explainHealth, type Health } from './health.ts';
import type { HttpContextFactory } from './trpc/httpContext.ts';
import type { OnError } from './trpc/onError.ts';
import { type AppRouter, appRouter } from './trpc/router.ts';

interface HttpOptions {
  allowedOrigins: string[] | null;
  /** Bytes in a body. */
  bodyLimit: number;
  createContext: HttpContextFactory;
  health: () => Promise<Health>;
  metrics: Metrics;
  onError: OnError;
}

/** The HTTP side of the server: tRPC (queries, mutations, batches, SSE), health and metrics. Not yet listening. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.bodyLimit,
    routerOptions: { maxParamLength: 5_000 }, // a batch names all its procedures in the path
    forceCloseConnections: true,
  });
  await app.register(cors, {
    origin: options.allowedOrigins ?? '*',
    methods: ['GET', 'POST'],
    allowedHeaders: ['content-type', 'authorization', 'x-earshot-username', 'x-earshot-user-id', 'last-event-id'],
    maxAge: 600,
  });
  await app.register(helmet, { crossOriginResourcePolicy: { policy: 'cross-origin' } });
  answerErrors(app);
  addProbes(app, options);

  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] = {
    router: appRouter,
    createContext: options.createContext,
    maxBatchSize: limits.callsPerBatch,
    onError: ({ error, path }) => options.onError(error, path),
  };
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions });
  return app;
}

/** What is not tRPC answers errors as `{error, code}`. */
function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => {
    const { http, message } = errorCodes.NO_SUCH_PROCEDURE;
    return reply.code(http).send({ error: message, code: 'NO_SUCH_PROCEDURE' });
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 500;
    const code = status === 413 ? 'FRAME_TOO_LARGE' : status < 500 ? 'INVALID_INPUT' : 'INTERNAL';
    return reply.code(errorCodes[code].http).send({ error: errorCodes[code].message, code });
  });
}

function addProbes(app: FastifyInstance, { health, metrics }: HttpOptions): void {
  app.get('/health', async (_request, reply) => {
    const state = await health();
    reply.type('text/plain; charset=utf-8').code(state.ok ? 200 : 503);
    return state.ok ? 'OK' : explainHealth(state);
  });
  app.get('/ready', async (_request, reply) => {
    const state = await health();
    return reply.code(state.ok ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
