import { fieldOf, parseJson, unwrapped } from './json.ts';
import type { Wire } from './target.ts';

/** The content of a frame without its envelope; the frame itself if it has none. */
export function innerPayload(wire: Wire, text: string): string {
  const frame = parseJson(text);
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) return text;
  return JSON.stringify(wire === 'legacy' ? legacyPayload(frame) : trpcPayload(frame)) ?? '';
}

function legacyPayload(frame: object): unknown {
  const { type: _, ...flat } = { type: null, ...frame };
  return fieldOf(frame, 'data') ?? flat;
}

function trpcPayload(frame: object): unknown {
  const error = fieldOf(frame, 'error');
  if (error !== undefined) return unwrapped(error);
  const result = fieldOf(frame, 'result');
  if (result !== undefined) return eventOrAnswer(unwrapped(fieldOf(result, 'data')), fieldOf(result, 'id'));
  const input = fieldOf(fieldOf(frame, 'params'), 'input');
  return input === undefined ? fieldOf(frame, 'data') : unwrapped(input);
}

/** A tracked event is wrapped together with its position. */
function eventOrAnswer(data: unknown, id: unknown): unknown {
  if (id === undefined) return data;
  return fieldOf(data, 'data') ?? data;
}
