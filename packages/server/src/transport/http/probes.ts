import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../../observe/metrics.ts';
import { explainHealth, type Health } from './health.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route answers under any host name and for any page. */
    allowAnyPage?: boolean;
  }
}

export interface ProbeOptions {
  health: () => Promise<Health>;
  /** Served at `/metrics`. Null if the metrics have their own port. */
  metrics: Metrics | null;
}

/** Load balancers use any host name, and the answers contain no secrets. */
const allowAnyPage = { config: { allowAnyPage: true } };

/** Routes for load balancers and for the collection of metrics. */
export function addProbes(app: FastifyInstance, { health, metrics }: ProbeOptions): void {
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
