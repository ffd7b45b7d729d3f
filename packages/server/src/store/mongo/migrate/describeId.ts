import { inspect } from 'node:util';
import { idFromBson, isObjectId } from '@earshot/shared';

/** Formats any `_id` for display. */
export const describeId = (id: unknown): string =>
  isObjectId(id) || typeof id === 'string' ? idFromBson(id) : inspect(id, { breakLength: Number.POSITIVE_INFINITY });
