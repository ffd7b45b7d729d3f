import { type AnyTRPCRouter, TRPCError, type TRPCProcedureType } from '@trpc/server';
import { jsonEncoder } from '@trpc/server/adapters/ws';
import { parseConnectionParamsFromUnknown, type TRPCRequestInfo } from '@trpc/server/http';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';

export type ConnectionParams = TRPCRequestInfo['connectionParams'];

export type RequestId = number | string;

/** Characters of a request id. Every event of a subscription repeats it. */
export const requestIdChars = 64;

export const isTooLongId = (id: RequestId) => typeof id === 'string' && id.length > requestIdChars;

/** A call of a procedure, as a frame asked for it. */
export interface Call {
  readonly id: RequestId;
  readonly jsonrpc: '2.0' | undefined;
  readonly type: TRPCProcedureType;
  readonly path: string;
  readonly input: unknown;
  /** Its place among those that came in one frame. */
  readonly batchIndex: number;
}

/** A request by its id, which answers repeat. */
export type Asked = Pick<Call, 'id' | 'jsonrpc'>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a frame holds. Throws a `PARSE_ERROR` where that is not JSON. */
export function readFrame(frame: string | Buffer): unknown {
  try {
    return jsonEncoder.decode(frame);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

/** The message of one element of a frame. Throws a `PARSE_ERROR` where it is none. */
export function readMessage(raw: unknown, { _def }: AnyTRPCRouter): TRPCClientOutgoingMessage {
  try {
    return parseTRPCMessage(raw, _def._config.transformer);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

type CallMessage = Extract<TRPCClientOutgoingMessage, { params: unknown }>;

/** The call that a message makes under that id. */
export function callOf({ jsonrpc, method, params }: CallMessage, id: RequestId, batchIndex: number): Call {
  const { path, input, lastEventId } = params;
  return { id, jsonrpc, type: method, path, input: resumed(input, lastEventId), batchIndex };
}

/** A client that resumes says so beside the input; procedures find it there. */
function resumed(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input;
  return isObject(input) ? { ...input, lastEventId } : (input ?? { lastEventId });
}

/**
 * The requests in a frame that is not served, as far as they await an answer. What is no call is left out: answers to
 * it would be many times longer than the frame.
 */
export function askedIn(batch: readonly unknown[]): Asked[] {
  return batch.flatMap((raw) => {
    if (!isObject(raw) || raw.method === 'subscription.stop') return [];
    const { id, params } = raw;
    if ((typeof id !== 'number' && typeof id !== 'string') || isTooLongId(id)) return [];
    if (!isObject(params) || typeof params.path !== 'string') return [];
    return [{ id, jsonrpc: raw.jsonrpc === '2.0' ? raw.jsonrpc : undefined }];
  });
}

/** What the first message says of who connects. Throws a `PARSE_ERROR`. */
export function readParams(frame: string | Buffer): ConnectionParams {
  let message: unknown;
  try {
    message = readFrame(frame);
    if (!isObject(message)) throw new TypeError('not an object');
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause });
  }
  return parseConnectionParamsFromUnknown(message.data);
}
