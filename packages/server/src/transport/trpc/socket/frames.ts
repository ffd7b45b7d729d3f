import { TRPCError } from '@trpc/server';
import { jsonEncoder } from '@trpc/server/adapters/ws';
import { parseConnectionParamsFromUnknown } from '@trpc/server/http';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import { isTooLongId, type RequestRef } from './call.ts';
import type { ConnectionParams } from './connectionContext.ts';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decodes a frame. Throws a `PARSE_ERROR` if it isn't JSON. */
function readJson(frame: string | Buffer): unknown {
  try {
    return jsonEncoder.decode(frame);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

/** The elements of a frame: one message, or a batch. Throws a `PARSE_ERROR` if it isn't JSON. */
export function readBatch(frame: string | Buffer): readonly unknown[] {
  const content = readJson(frame);
  return Array.isArray(content) ? content : [content];
}

const identity = { serialize: (value: unknown) => value, deserialize: (value: unknown) => value };
const untransformed = { input: identity, output: identity };

/** Parses one element of a frame; the input stays as received. Throws a `PARSE_ERROR` if it isn't a message. */
export function readMessage(raw: unknown): TRPCClientOutgoingMessage {
  try {
    return parseTRPCMessage(raw, untransformed);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

/**
 * The requests in a rejected frame that expect an answer. Elements that aren't calls are omitted: answers to them would be
 * many times longer than the frame.
 */
export function requestRefsIn(batch: readonly unknown[], maxIdLength: number): RequestRef[] {
  const requests: RequestRef[] = [];
  for (const raw of batch) {
    if (!isObject(raw) || raw.method === 'subscription.stop') continue;
    const { id, params } = raw;
    if ((typeof id !== 'number' && typeof id !== 'string') || isTooLongId(id, maxIdLength)) continue;
    if (!isObject(params) || typeof params.path !== 'string') continue;
    requests.push({ id, jsonrpc: raw.jsonrpc === '2.0' ? raw.jsonrpc : undefined });
  }
  return requests;
}

/** Whether the first message of a socket with this URL has the connection parameters. */
export function announcesParams(url = ''): boolean {
  const query = url.slice(url.indexOf('?') + 1);
  // tRPC's client sends exactly this, unless its URL has a query of its own.
  return query === 'connectionParams=1' || new URLSearchParams(url.split('?')[1]).get('connectionParams') === '1';
}

/** The connection parameters in the first message. Throws a `PARSE_ERROR`. */
export function readParams(frame: string | Buffer): ConnectionParams {
  let message: unknown;
  try {
    message = readJson(frame);
    if (!isObject(message)) throw new TypeError('not an object');
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause });
  }
  return parseConnectionParamsFromUnknown(message.data);
}
