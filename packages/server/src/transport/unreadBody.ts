import type { FastifyReply, FastifyRequest } from 'fastify';

/** Milliseconds in which a client may send the rest of a body that is not read. */
const lingerMs = 5_000;

/**
 * Discards the rest of a body that is too long, and keeps the connection. Fastify closes it, and closing a connection
 * over unread bytes resets it: the client loses the answer, and a proxy in front answers 502 in its place.
 */
export function discardBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  raw.resume();
  const timer = setTimeout(() => raw.destroy(), lingerMs).unref();
  raw.once('close', () => clearTimeout(timer));
}
