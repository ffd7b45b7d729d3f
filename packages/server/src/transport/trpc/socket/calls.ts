import { type AnyTRPCRouter, TRPCError, type TRPCProcedureType } from '@trpc/server';
import { jsonEncoder } from '@trpc/server/adapters/ws';
import { parseConnectionParamsFromUnknown, type TRPCRequestInfo } from '@trpc/server/http';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import { isCostlyToParse } from '../../jsonCost.ts';

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
export type RequestRef = Pick<Call, 'id' | 'jsonrpc'>;

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

/** Symbols of JSON, as `isCostlyToParse` counts them, that one call may have. */
const symbolsPerCall = 40;

/** Whether a frame would take long to read, where it may hold so many calls; 0: as many as fit. */
export function isCostlyFrame(frame: string | Buffer, calls: number): boolean {
  return typeof frame === 'string' && isCostlyToParse(frame, (calls || Number.POSITIVE_INFINITY) * symbolsPerCall);
}

const identity = { serialize: (value: unknown) => value, deserialize: (value: unknown) => value };
const untransformed = { input: identity, output: identity };

/** The message of one element of a frame, its input as it came. Throws a `PARSE_ERROR` where it is none. */
export function readMessage(raw: unknown): TRPCClientOutgoingMessage {
  try {
    return parseTRPCMessage(raw, untransformed);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

export type CallMessage = Extract<TRPCClientOutgoingMessage, { params: unknown }>;

/** The call that a message makes under that id. Throws a `PARSE_ERROR` where its input can't be read. */
export function toCall(
  { jsonrpc, method, params }: CallMessage,
  { id, batchIndex, router }: { id: RequestId; batchIndex: number; router: AnyTRPCRouter },
): Call {
  const { path, input, lastEventId } = params;
  return { id, jsonrpc, type: method, path, input: withLastEventId(readInput(input, router), lastEventId), batchIndex };
}

function readInput(input: unknown, { _def }: AnyTRPCRouter): unknown {
  try {
    return _def._config.transformer.input.deserialize(input);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

/** A client that resumes says so beside the input; procedures find it there. */
function withLastEventId(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input;
  return isObject(input) ? { ...input, lastEventId } : (input ?? { lastEventId });
}

/**
 * The requests in a frame that is not served, as far as they await an answer. What is no call is left out: answers to
 * it would be many times longer than the frame.
 */
export function requestRefsIn(batch: readonly unknown[]): RequestRef[] {
  const requests: RequestRef[] = [];
  for (const raw of batch) {
    if (!isObject(raw) || raw.method === 'subscription.stop') continue;
    const { id, params } = raw;
    if ((typeof id !== 'number' && typeof id !== 'string') || isTooLongId(id)) continue;
    if (!isObject(params) || typeof params.path !== 'string') continue;
    requests.push({ id, jsonrpc: raw.jsonrpc === '2.0' ? raw.jsonrpc : undefined });
  }
  return requests;
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
