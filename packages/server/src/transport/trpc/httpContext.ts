import type { ServerResponse } from 'node:http';
import { EarshotError, identityHeaders } from '@earshot/shared';
import type { TRPCRequestInfo } from '@trpc/server/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Semaphore } from '../../async/semaphore.ts';
import { Connection } from '../../domain/connection.ts';
import { openConnection } from '../../domain/rules/enforcement.ts';
import type { Credentials } from '../auth/authenticator.ts';
import { bearerToken } from '../auth/bearer.ts';
import { endOnExpiry } from '../auth/expiry.ts';
import { identifyCaller } from '../auth/identifyCaller.ts';
import { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import type { Context, ContextParts } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import { ResponseTransport } from './responseTransport.ts';

export type HttpContextFactory = (options: {
  req: FastifyRequest;
  res: FastifyReply;
  info: TRPCRequestInfo;
}) => Promise<Context>;

/**
 * Node.js warns of more listeners for one event. Eleven listen for the end of an event stream: the limits for its address and its connection,
 * the counts of sockets and requests, tRPC and Fastify.
 */
const streamListenersMax = 16;

/** Creates the context of HTTP calls. Each request carries its credentials, in headers or (SSE) in `connectionParams`. */
export function httpContextFactory(parts: ContextParts): HttpContextFactory {
  return async ({ req, res, info }) => {
    try {
      if (info.type === 'subscription') {
        res.raw.setMaxListeners(streamListenersMax);
        parts.guard.admitStream(req.raw, res.raw);
        parts.unread.onStream(req.raw.socket, res.raw);
      }
      const address = parts.source.clientAddress(req.raw);
      const credentials = credentialsOf(req, info);
      const identity = await (credentials.token === undefined
        ? parts.authenticator.identify(credentials, address)
        : identifyCaller(parts, { credentials, address }));
      const connection = new Connection({
        user: identity?.user ?? null,
        expiresAt: identity?.expiresAt,
        issuedAt: identity?.issuedAt,
        roles: identity?.roles,
        deviceHash: identity?.deviceHash,
        transport: new ResponseTransport(res.raw),
        address,
      });
      endOnExpiry(connection, identity?.expiresAt, info.signal);
      if (info.type === 'subscription') register(parts, connection, res.raw);
      const limiter = new ConcurrencyLimiter(connection.transport);
      const holdsSlots = await holdSlots(parts.answerSlots, info, res);
      return { ...parts, connection, limiter, holdsSlots, subscription: null, socket: null, outbound: null };
    } catch (error) {
      throw asTrpcError(error);
    }
  };
}

/** Registers the connection until the event stream closes, so that rules can end it. */
function register({ services }: ContextParts, connection: Connection, response: ServerResponse): void {
  if (!response.destroyed) response.once('close', openConnection(services, connection));
}

/** Acquires the slots for all answers of a batch, because none is sent before the last is built. False if answers are sent one by one. */
async function holdSlots(slots: Semaphore, info: TRPCRequestInfo, reply: FastifyReply): Promise<boolean> {
  if (info.type !== 'query' || info.accept === 'application/jsonl') return false;
  const release = await slots.acquire(info.calls.length);
  heldSlots.set(reply, release);
  reply.raw.once('close', release);
  if (reply.raw.destroyed) release();
  return true;
}

const heldSlots = new WeakMap<FastifyReply, () => void>();

/** Frees the slots of a request whose answers are built. */
export function releaseSlots(reply: FastifyReply): void {
  heldSlots.get(reply)?.();
}

function credentialsOf({ headers }: FastifyRequest, { connectionParams }: TRPCRequestInfo): Credentials {
  if (connectionParams) return connectionParams;
  return {
    token: bearerToken(headers),
    username: headerText(headers[identityHeaders.username]),
    userId: headerText(headers[identityHeaders.userId]),
  };
}

/** Headers carry Latin-1, names any Unicode: clients percent-encode them. */
function headerText(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    return decodeURIComponent(header);
  } catch {
    throw new EarshotError('INVALID_INPUT', { message: 'x-earshot headers must be percent-encoded UTF-8' });
  }
}
