import { identityHeaders } from '@earshot/shared';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { OriginPolicy } from './originPolicy.ts';

const corsOptions = {
  methods: ['GET', 'POST'],
  allowedHeaders: [
    ...['content-type', 'authorization', identityHeaders.username, identityHeaders.userId],
    ...['last-event-id', 'trpc-accept'],
  ],
  exposedHeaders: ['retry-after'],
  maxAge: 600,
};

/** Lets pages of the allowed origins read answers. */
export async function addCors(app: FastifyInstance, policy: OriginPolicy): Promise<void> {
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
