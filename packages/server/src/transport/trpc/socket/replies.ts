import { isTrackedEnvelope } from '@trpc/server';
import { textOf } from '../sharedAnswers.ts';
import type { Asked } from './calls.ts';

/** A request as far as answers repeat it. The id is null where none could be read. */
export type Head = Omit<Asked, 'id'> & { id: Asked['id'] | null };

/** What all that answers a request begins with. */
export function headOf({ id, jsonrpc }: Head): string {
  return `{"id":${JSON.stringify(id)},${jsonrpc === undefined ? '' : `"jsonrpc":"${jsonrpc}",`}`;
}

export const started = (head: string) => `${head}"result":{"type":"started"}}`;
export const stopped = (head: string) => `${head}"result":{"type":"stopped"}}`;

/** `shape`: the text of the error as clients see it. */
export const failed = (head: string, shape: string) => `${head}"error":${shape}}`;

/** What a procedure gave. Throws where that can't be serialized. */
export const answered = (head: string, value: unknown) => `${head}"result":{"type":"data","data":${textOf(value)}}}`;

/** What a subscription yielded. Throws where that can't be serialized. */
export function yielded(head: string, value: unknown): string {
  if (!isTrackedEnvelope(value)) return answered(head, value);
  const [id, data] = value;
  return `${head}"result":${trackedResult(id, data)}}`;
}

/** The part of a tracked event's message that no request id changes. */
export function trackedResult(id: string, data: unknown): string {
  return `{"type":"data","data":${textOf({ id, data })},"id":${JSON.stringify(id)}}`;
}
