import { isTrackedEnvelope } from '@trpc/server';
import { textOf } from '../sharedAnswers.ts';
import type { RequestRef } from './calls.ts';

/** The part of a request that answers repeat. The id is null if it could not be read. */
export type ReplyHead = Omit<RequestRef, 'id'> & { id: RequestRef['id'] | null };

/** The common start of all answers to a request. */
export function replyPrefix({ id, jsonrpc }: ReplyHead): string {
  return `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":"${jsonrpc}",`}`;
}

export const startedReply = (prefix: string) => `${prefix}"result":{"type":"started"}}`;
export const stoppedReply = (prefix: string) => `${prefix}"result":{"type":"stopped"}}`;

/** `shape`: the text of the error as clients see it. */
export const errorReply = (prefix: string, shape: string) => `${prefix}"error":${shape}}`;

/** The reply for a procedure's result. Throws if it can't be serialized. */
export const resultReply = (prefix: string, value: unknown) =>
  `${prefix}"result":{"type":"data","data":${textOf(value)}}}`;

/** The reply for a value that a subscription yields. Throws if it can't be serialized. */
export function yieldReply(prefix: string, value: unknown): string {
  if (!isTrackedEnvelope(value)) return resultReply(prefix, value);
  const [id, data] = value;
  return `${prefix}"result":${trackedResult(id, data)}}`;
}

/** The part of a tracked event's message that doesn't depend on the request id. */
export function trackedResult(id: string, data: unknown): string {
  return `{"type":"data","data":${textOf({ id, data })},"id":${JSON.stringify(id)}}`;
}
