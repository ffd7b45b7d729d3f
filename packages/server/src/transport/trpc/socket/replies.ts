import { isTrackedEnvelope } from '@trpc/server';
import type { RequestRef } from './call.ts';

/** The part of a request that its replies repeat. The id is null if it could not be read. */
export type ReplyHead = Omit<RequestRef, 'id'> & { id: RequestRef['id'] | null };

/** Encodes a result as JSON text. Throws if it can't be serialized. */
type Stringify = (value: unknown) => string;

/** The common start of all replies to a request. */
export function replyPrefix({ id, jsonrpc }: ReplyHead): string {
  return `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":"${jsonrpc}",`}`;
}

/** The reply with the text of a result. */
export const messageOf = (prefix: string, result: string) => `${prefix}"result":${result}}`;

export const startedReply = (prefix: string) => messageOf(prefix, '{"type":"started"}');
export const stoppedReply = (prefix: string) => messageOf(prefix, '{"type":"stopped"}');

/** `shape`: the text of the error as clients see it. */
export const errorReply = (prefix: string, shape: string) => `${prefix}"error":${shape}}`;

/** The reply for a procedure's result. */
export const resultReply = (prefix: string, value: unknown, stringify: Stringify) =>
  messageOf(prefix, `{"type":"data","data":${stringify(value)}}`);

/** The reply for a value that a subscription yields. */
export function yieldReply(prefix: string, value: unknown, stringify: Stringify): string {
  if (!isTrackedEnvelope(value)) return resultReply(prefix, value, stringify);
  const [id, data] = value;
  return messageOf(prefix, trackedResult(id, data, stringify));
}

/** The text of a tracked event's result. It doesn't depend on the request id. */
export function trackedResult(id: string, data: unknown, stringify: Stringify): string {
  return `{"type":"data","data":${stringify({ id, data })},"id":${JSON.stringify(id)}}`;
}
