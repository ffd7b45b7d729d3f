import { type AnyTRPCRouter, TRPCError, type TRPCProcedureType } from '@trpc/server';
import { jsonEncoder } from '@trpc/server/adapters/ws';
import { parseConnectionParamsFromUnknown, type TRPCRequestInfo } from '@trpc/server/http';
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc';
import { isCostlyToParse } from '../../jsonCost.ts';

export type ConnectionParams = TRPCRequestInfo['connectionParams'];

export type RequestId = number | string;

/** Maximum characters of a request id. Every event of a subscription repeats it. */
export const requestIdChars = 64;

export const isTooLongId = (id: RequestId) => typeof id === 'string' && id.length > requestIdChars;

/** One call of a procedure, read from a frame. */
export interface Call {
  readonly id: RequestId;
  readonly jsonrpc: '2.0' | undefined;
  readonly type: TRPCProcedureType;
  readonly path: string;
  readonly input: unknown;
  /** Its index in the frame. */
  readonly batchIndex: number;
}

/** The id of a request, which answers repeat. */
export type RequestRef = Pick<Call, 'id' | 'jsonrpc'>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decodes a frame. Throws a `PARSE_ERROR` if it isn't JSON. */
export function readFrame(frame: string | Buffer): unknown {
  try {
    return jsonEncoder.decode(frame);
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', cause });
  }
}

/** Maximum JSON symbols for each call, as `isCostlyToParse` counts them. */
const symbolsPerCall = 40;

/** Whether a frame of at most `calls` calls would take long to parse; 0: any number of calls. */
export function isCostlyFrame(frame: string | Buffer, calls: number): boolean {
  return typeof frame === 'string' && isCostlyToParse(frame, (calls || Number.POSITIVE_INFINITY) * symbolsPerCall);
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

export type CallMessage = Extract<TRPCClientOutgoingMessage, { params: unknown }>;

/** The call that a message makes, under the given id. Throws a `PARSE_ERROR` if its input can't be decoded. */
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

/** A resuming client sends `lastEventId` beside the input; procedures read it from the input. */
function withLastEventId(input: unknown, lastEventId: string | undefined): unknown {
  if (lastEventId === undefined) return input;
  return isObject(input) ? { ...input, lastEventId } : (input ?? { lastEventId });
}

/**
 * The requests in a rejected frame that expect an answer. Elements that aren't calls are omitted: answers to them would be
 * many times longer than the frame.
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

/** The connection parameters in the first message. Throws a `PARSE_ERROR`. */
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
