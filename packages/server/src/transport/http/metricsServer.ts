import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import { EarshotError, errorEntry } from '@earshot/shared';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Metrics } from '../../observe/metrics.ts';
import { toErrorResponse } from '../errors/errorResponse.ts';
import { createOriginPolicy } from '../origins/originPolicy.ts';
import { createRequestSource } from '../origins/requestSource.ts';
import { respondToClientError } from './clientErrors.ts';
import { toOriginForm } from './requestTarget.ts';

interface MetricsServer {
  /** For example `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

interface MetricsParts {
  metrics: Metrics;
  log: Logger;
}

/** Serves only `/metrics`, on its own port, so that the public port doesn't expose it. */
export async function serveMetrics(config: Config, { metrics, log }: MetricsParts): Promise<MetricsServer> {
  const policy = createOriginPolicy(config, createRequestSource(config.trustProxy, log));
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'metrics could not be collected');
      sendError(response, error);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = toOriginForm(request).split('?', 1);
    try {
      policy.check(request);
      if (path !== '/metrics' || request.method !== 'GET') throw new EarshotError('NO_SUCH_PROCEDURE');
    } catch (error) {
      return sendError(response, error);
    }
    const text = await metrics.text();
    response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
  }

  server.on('clientError', respondToClientError);
  server.listen(config.metricsAddress?.port, config.metricsAddress?.host);
  await once(server, 'listening');
  return {
    url: `${urlOf(server.address())}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function urlOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  if (address === null || typeof address === 'string') return String(address);
  return `http://${isIPv6(address.address) ? `[${address.address}]` : address.address}:${address.port}`;
}

function sendError(response: ServerResponse, error: unknown): void {
  const { message, data } = toErrorResponse(error);
  const body = JSON.stringify({ error: message, code: data.errorCode });
  response.writeHead(errorEntry(data.errorCode).http, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}
