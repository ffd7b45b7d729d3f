import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds in which a client can send the rest of a discarded body. */
const lingerMs = 5_000;

/**
 * Discards the rest of a body that is too long, and keeps the connection open. Fastify closes it, and closing a connection
 * with unread bytes resets it: the client loses the answer, and a proxy in front answers 502 instead.
 */
export function discardBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  raw.resume();
  const timer = setTimeout(() => raw.destroy(), lingerMs).unref();
  raw.once('close', () => clearTimeout(timer));
}
