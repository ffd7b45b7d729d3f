import type { SuperJSONResult } from 'superjson';
import { z } from 'zod';

/**
 * What a call may send: superjson's output, checked before superjson reads it. superjson trusts its annotations: text
 * where a tree belongs makes it run until the stack overflows (about 20 ms for 40 bytes), and a typed array is made as
 * long as the sender says. So the annotations must have their shape, name only kinds that inputs are made of, and be few.
 * They are checked by hand: a schema of unions takes a microsecond for each byte of wrong ones.
 */
const kinds = new Set<unknown>(['undefined', 'Date', 'number', 'bigint', 'set', 'map']);

/** Elements and entries in the annotations of one input. Inputs have a handful of fields. */
const annotationsMax = 128;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether there are at most `annotationsMax` elements and entries in the value, at any depth. */
function isSmall(value: unknown): boolean {
  let left = annotationsMax;
  const count = (part: unknown): boolean => {
    left -= 1;
    if (left < 0) return false;
    if (typeof part !== 'object' || part === null) return true;
    if (Array.isArray(part)) return part.length <= left && part.every(count);
    for (const key in part) if (!count(Reflect.get(part, key))) return false;
    return true;
  };
  return count(value);
}

function isKind(value: unknown): boolean {
  if (!Array.isArray(value)) return kinds.has(value);
  return value.length === 2 && value[0] === 'custom' && value[1] === 'ObjectId';
}

function isTree(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 1 || value.length > 2 || !isKind(value[0])) return false;
  return value.length === 1 || isBranches(value[1]);
}

function isBranches(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isTree);
}

const isPaths = (value: unknown) => Array.isArray(value) && value.every((path) => typeof path === 'string');
const isPathsByPath = (value: unknown) => isRecord(value) && Object.values(value).every(isPaths);

function isEqualities(value: unknown): boolean {
  if (!Array.isArray(value)) return isPathsByPath(value);
  if (!isPaths(value[0])) return false;
  return value.length === 1 || (value.length === 2 && isPathsByPath(value[1]));
}

function isMeta(meta: unknown): boolean {
  if (!isRecord(meta) || !isSmall(meta)) return false;
  if ('values' in meta && !isTree(meta.values) && !isBranches(meta.values)) return false;
  if ('referentialEqualities' in meta && !isEqualities(meta.referentialEqualities)) return false;
  return !('v' in meta) || typeof meta.v === 'number';
}

export const superjsonInput: z.ZodType<SuperJSONResult> = z.object({
  // Any JSON: the schema of the procedure judges it.
  json: z.any(),
  meta: z.custom<NonNullable<SuperJSONResult['meta']>>(isMeta).exactOptional(),
});
