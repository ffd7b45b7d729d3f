import { fieldOf, parseJson, unwrapped } from './json.ts';
import type { Wire } from './target.ts';

/** What a frame says, without its envelope; as it is where there is none to take off. */
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

/** An event that counts in the room's log comes with its place there. */
function eventOrAnswer(data: unknown, id: unknown): unknown {
  if (id === undefined) return data;
  return fieldOf(data, 'data') ?? data;
}
