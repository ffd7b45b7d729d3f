import type { Direction } from './frame.ts';
import { fieldOf, parseJson, stringField, unwrapped } from './json.ts';

/** Returns the types of the frames of one socket. */
export type TypesOf = (direction: Direction, text: string) => string[];

/** The legacy protocol: every frame has a type. */
export const legacyTypes: TypesOf = (_direction, text) => {
  const frame = parseJson(text);
  return [frame === undefined ? '(not JSON)' : (stringField(frame, 'type') ?? '(no type)')];
};

/**
 * tRPC over WebSocket: a call and its answer have the type of the procedure's path; an event of a subscription has the
 * event's type; an error has its code. The returned function remembers which call an answer belongs to.
 */
export function trpcTypes(): TypesOf {
  const paths = new Map<unknown, string>();
  return (direction, text) => {
    if (text === 'PING' || text === 'PONG') return [text];
    const frame = parseJson(text);
    if (frame === undefined) return ['(not JSON)'];
    const messages = Array.isArray(frame) ? frame : [frame];
    return messages.map((message) => (direction === 'out' ? callType(message, paths) : answerType(message, paths)));
  };
}

function callType(message: unknown, paths: Map<unknown, string>): string {
  const method = stringField(message, 'method') ?? '(no method)';
  const path = stringField(fieldOf(message, 'params'), 'path');
  if (path === undefined) return method;
  paths.set(fieldOf(message, 'id'), path);
  return path;
}

function answerType(message: unknown, paths: Map<unknown, string>): string {
  const method = stringField(message, 'method');
  if (method !== undefined) return method;
  const error = fieldOf(message, 'error');
  if (error !== undefined) return stringField(fieldOf(unwrapped(error), 'data'), 'errorCode') ?? 'error';
  const path = paths.get(fieldOf(message, 'id')) ?? '(no call)';
  const result = fieldOf(message, 'result');
  const kind = stringField(result, 'type');
  if (kind !== undefined && kind !== 'data') return `${path} ${kind}`;
  // A tracked event is wrapped together with its id.
  return stringField(fieldOf(unwrapped(fieldOf(result, 'data')), 'data'), 'type') ?? path;
}
