import type { IncomingMessage } from 'node:http';
import { EarshotError, type ErrorCode, errorEntry, limits } from '@earshot/shared';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import type { TRPCError } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyReply } from 'fastify';
import { ZodError } from 'zod';
import type { Metrics } from '../observe/metrics.ts';
import { anyOriginHeaders, respondToClientError } from './clientErrors.ts';
import { errorResponseFor, toErrorResponse } from './errorResponse.ts';
import { explainHealth, type Health } from './health.ts';
import { isCostlyToParse } from './jsonCost.ts';
import { monitorPage } from './monitor/monitorPage.ts';
import type { OriginPolicy } from './originPolicy.ts';
import { type PageOptions, webPage } from './page/page.ts';
import type { PipelinedRequests } from './pipelinedRequests.ts';
import type { Report } from './report.ts';
import { describeError } from './trpc/errorShape.ts';
import { type HttpContextFactory, releaseSlots } from './trpc/httpContext.ts';
import type { OnError } from './trpc/onError.ts';
import { type AppRouter, appRouter } from './trpc/router.ts';
import { discardBody } from './unreadBody.ts';
import { asksForWebSocket, toOriginForm } from './upgrade.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers under any host name and for any page. */
    allowAnyPage?: boolean;
  }
}

interface HttpOptions {
  policy: OriginPolicy;
  /** Maximum bytes in a body. */
  bodyLimit: number;
  createContext: HttpContextFactory;
  health: () => Promise<Health>;
  /** Served at `/metrics`. Null if the metrics have their own port. */
  metrics: Metrics | null;
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
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
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
    onError: ({ error, path }) => options.onError(error, path),
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

const corsOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: [
    ...['content-type', 'authorization', 'x-earshot-username', 'x-earshot-user-id'],
    ...['last-event-id', 'trpc-accept'],
  ],
  exposedHeaders: ['retry-after'],
  maxAge: 600,
};

async function addCors(app: FastifyInstance, policy: OriginPolicy): Promise<void> {
  // Lets pages of other origins see whether the browser uses HTTP/2, where event streams need no connections of their own.
  app.addHook('onRequest', async ({ raw }, reply) => {
    if (!policy.allows(raw)) return;
    reply.header('timing-allow-origin', policy.allowsAnyOrigin ? '*' : raw.headers.origin);
  });
  if (policy.allowsAnyOrigin) return void (await app.register(cors, { ...corsOptions, origin: '*' }));
  await app.register(cors, {
    delegator: ({ raw }, callback) => callback(null, { ...corsOptions, origin: policy.allows(raw) }),
  });
}

/** Errors outside of tRPC are answered as `{error, code}`. */
function addErrorHandlers(app: FastifyInstance, report: Report): void {
  app.setNotFoundHandler((_request, reply) => sendErrorResponse(new EarshotError('NO_SUCH_PROCEDURE'), reply));
  app.setErrorHandler<HttpError>((error, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') discardBody(request, reply);
    sendErrorResponse(error, reply);
    report(errorResponseOf(error).data.errorCode, error, request.routeOptions.url);
  });
}

type HttpError = Error & { statusCode?: number; code?: string };

function sendErrorResponse(error: HttpError, reply: FastifyReply): void {
  const { message, data } = errorResponseOf(error);
  if (data.retryAfterMs !== undefined) reply.header('retry-after', inSeconds(data.retryAfterMs));
  reply.code(errorEntry(data.errorCode).http).send({ error: message, code: data.errorCode });
}

const inSeconds = (ms: number) => String(Math.ceil(ms / 1_000));

/** `Retry-After` for tRPC's answers: the longest wait among the calls' errors. */
function retryAfterMeta(errors: readonly TRPCError[]): { headers?: Record<string, string> } {
  const waits = errors.map((error) => describeError(error).data.retryAfterMs ?? 0);
  const longest = Math.max(0, ...waits);
  return longest > 0 ? { headers: { 'retry-after': inSeconds(longest) } } : {};
}

/** HTTP/1.1 requires a Host header. */
function requireHost({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host !== undefined || httpVersion !== '1.1') return;
  throw new EarshotError('INVALID_INPUT', { message: 'The request has no Host header.' });
}

function errorResponseOf(error: HttpError) {
  const ours = error instanceof EarshotError || error instanceof ZodError;
  if (ours) return toErrorResponse(error);
  const response = errorResponseFor(codeOf(error));
  return notJsonCodes.has(error.code) ? { ...response, message: 'The body is not JSON.' } : response;
}

/** fastify's codes for a body that isn't valid JSON, or has another content type. */
const notJsonCodes = new Set<string | undefined>([
  'FST_ERR_CTP_INVALID_JSON_BODY',
  'FST_ERR_CTP_EMPTY_JSON_BODY',
  'FST_ERR_CTP_INVALID_MEDIA_TYPE',
]);

/** The code for an error that fastify finds in a request. */
function codeOf({ statusCode = 500 }: HttpError): ErrorCode {
  if (statusCode === 413) return 'FRAME_TOO_LARGE';
  return statusCode < 500 ? 'INVALID_INPUT' : 'INTERNAL';
}

/** Load balancers use any host name, and the answers contain no secrets. */
const allowAnyPage = { config: { allowAnyPage: true } };

function addProbes(app: FastifyInstance, { health, metrics }: HttpOptions): void {
  for (const path of ['/health', '/api/health']) {
    app.get(path, allowAnyPage, async (_request, reply) => {
      const state = await health();
      reply.type('text/plain; charset=utf-8').code(state.ok ? 200 : 503);
      return state.ok ? 'OK' : explainHealth(state);
    });
  }
  app.get('/ready', allowAnyPage, async (_request, reply) => {
    const state = await health();
    return reply.code(state.ok ? 200 : 503).send(state);
  });
  if (metrics === null) return;
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
