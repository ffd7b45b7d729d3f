import { type AnyTRPCRouter, TRPCError, type TRPCProcedureType } from '@trpc/server';
import type { TRPCClientOutgoingMessage } from '@trpc/server/rpc';

export type RequestId = number | string;

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

/** The id of a request, which its replies repeat. */
export type RequestRef = Pick<Call, 'id' | 'jsonrpc'>;

export const isTooLongId = (id: RequestId, max: number) => typeof id === 'string' && id.length > max;

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
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? { ...input, lastEventId } : (input ?? { lastEventId });
}
