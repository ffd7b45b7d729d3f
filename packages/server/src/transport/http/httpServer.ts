import type { IncomingMessage, ServerResponse } from 'node:http';
import { EarshotError } from '@earshot/shared';
import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Report } from '../errors/report.ts';
import { isCostlyToParse } from '../limits/jsonCost.ts';
import { monitorPage } from '../monitor/monitorPage.ts';
import { addCors } from '../origins/cors.ts';
import type { OriginPolicy } from '../origins/originPolicy.ts';
import { type PageOptions, webPage } from '../page/page.ts';
import { anyOriginHeaders, respondToClientError } from './clientErrors.ts';
import { addErrorHandlers, sendErrorResponse } from './httpErrors.ts';
import type { PipelinedRequests } from './pipelinedRequests.ts';
import { addProbes, type ProbeOptions } from './probes.ts';
import { toOriginForm } from './requestTarget.ts';

interface HttpServerOptions extends ProbeOptions {
  policy: OriginPolicy;
  /** Maximum bytes in a body. */
  bodyLimit: number;
  pipelined: PipelinedRequests;
  /** Resolves when a call over either wire may begin. */
  callStart: (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;
  report: Report;
  /** The routes below `/trpc`. */
  trpcRoutes: FastifyPluginAsync;
  /** The routes of legacy clients, with and without the prefix `/api`. */
  legacyRoutes: FastifyPluginAsync;
  monitorPage: boolean;
  /** The page at `/`; null if there is none. */
  page: PageOptions | null;
}

/** The HTTP server, with the routes of both wires, the pages, health and metrics. It doesn't listen yet. */
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
  if (options.monitorPage) await app.register(monitorPage);
  if (options.page) await app.register(webPage(options.page));
  await app.register(async (calls) => {
    calls.addHook('onRequest', async ({ raw }, reply) => options.callStart(raw, reply.raw));
    for (const prefix of ['/', '/api']) await calls.register(options.legacyRoutes, { prefix });
    await calls.register(options.trpcRoutes, { prefix: '/trpc' });
  });
  return app;
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
