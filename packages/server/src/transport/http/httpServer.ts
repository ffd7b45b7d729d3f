import type { IncomingMessage } from 'node:http';
import { EarshotError, limits } from '@earshot/shared';
import helmet from '@fastify/helmet';
import type { TRPCError } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import { anyOriginHeaders, respondToClientError } from './clientErrors.ts';
import { addCors } from '../origins/cors.ts';
import { addErrorHandlers, retryAfter, sendErrorResponse } from './httpErrors.ts';
import { isCostlyToParse } from '../limits/jsonCost.ts';
import { monitorPage } from '../monitor/monitorPage.ts';
import type { OriginPolicy } from '../origins/originPolicy.ts';
import { type PageOptions, webPage } from '../page/page.ts';
import type { PipelinedRequests } from './pipelinedRequests.ts';
import { addProbes, type ProbeOptions } from './probes.ts';
import type { Report } from '../errors/report.ts';
import { describeError } from '../trpc/errorShape.ts';
import { type HttpContextFactory, releaseSlots } from '../trpc/httpContext.ts';
import type { OnError } from '../trpc/onError.ts';
import { type AppRouter, appRouter } from '../trpc/router.ts';
import { toOriginForm } from './requestTarget.ts';

interface HttpServerOptions extends ProbeOptions {
  policy: OriginPolicy;
  /** Maximum bytes in a body. */
  bodyLimit: number;
  createContext: HttpContextFactory;
  onError: OnError;
  pipelined: PipelinedRequests;
  report: Report;
  /** Further routes, with and without the prefix `/api`. */
  routes: FastifyPluginAsync;
  monitorPage: boolean;
  /** The page at `/`; null if there is none. */
  page: PageOptions | null;
}

/** The HTTP server: tRPC (queries, mutations, batches, SSE), health and metrics. It doesn't listen yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.bodyLimit,
    routerOptions: { maxParamLength: 5_000 }, // a batch lists all its procedures in the path
    forceCloseConnections: true,
    requestTimeout: 60_000, // for receiving a whole request; answers have no limit
    frameworkErrors: (error, _request, reply) => sendErrorResponse(error, reply.headers(anyOriginHeaders)),
    clientErrorHandler: respondToClientError,
    rewriteUrl: toOriginForm,
    // An own hook rejects a missing Host, with a body.
    http: { shouldUpgradeCallback: asksForWebSocket, requireHostHeader: false },
  });
  // Unknown expectations are ignored. Node.js would answer them with an empty 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    requireHost(raw);
    if (routeOptions.config?.allowAnyPage !== true) options.policy.check(raw);
  });
  await addCors(app, options.policy);
  await app.register(helmet, { crossOriginResourcePolicy: { policy: 'cross-origin' } });
  options.pipelined.guard(app.server, options.report);
  app.addHook('onRequest', ({ raw }, reply) => options.pipelined.wait(raw.socket, reply.raw));
  addErrorHandlers(app, options.report);
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (isCostlyToParse(body)) done(new EarshotError('FRAME_TOO_LARGE'));
    else parseJson(request, body, done);
  });
  addProbes(app, options);
  for (const prefix of ['/', '/api']) await app.register(options.routes, { prefix });
  app.addHook('onSend', async (_request, reply) => releaseSlots(reply));
  if (options.monitorPage) await app.register(monitorPage);
  if (options.page) await app.register(webPage(options.page));

  const trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] = {
    router: appRouter,
    createContext: options.createContext,
    maxBatchSize: limits.callsPerBatch,
    onError: options.onError,
    responseMeta: ({ errors }) => retryAfterMeta(errors),
  };
  await app.register(trpcRoutes(trpcOptions), { prefix: '/trpc' });
  return app;
}

/** tRPC's routes, with a size limit on every body: tRPC also accepts forms, and reads a whole form into memory. */
function trpcRoutes(trpcOptions: FastifyTRPCPluginOptions<AppRouter>['trpcOptions']): FastifyPluginAsync {
  return async (app) => {
    fastifyTRPCPlugin(app, { trpcOptions }, () => {});
    app.removeAllContentTypeParsers();
    app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, body, done) => {
      done(isCostlyToParse(body) ? new EarshotError('FRAME_TOO_LARGE') : null, body);
    });
  };
}

/** `Retry-After` for tRPC's answers: the longest wait among the calls' errors. */
function retryAfterMeta(errors: readonly TRPCError[]): { headers?: Record<string, string> } {
  const waits = errors.map((error) => describeError(error).data.retryAfterMs ?? 0);
  const longest = Math.max(0, ...waits);
  return longest > 0 ? { headers: { 'retry-after': retryAfter(longest) } } : {};
}

/**
 * Whether an `Upgrade` header asks for a WebSocket. Any other protocol is ignored, and the request is answered as plain
 * HTTP (RFC 9110, 7.8): `curl --http2` and Java's HttpClient send `Upgrade: h2c` with every first request.
 */
function asksForWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** HTTP/1.1 requires a Host header. */
function requireHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion !== '1.1') return;
  throw new EarshotError('INVALID_INPUT', { message: 'The request has no Host header.' });
}
