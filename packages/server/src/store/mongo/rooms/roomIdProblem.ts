import { idFromBson, isId, isObjectId, roomIdSchema } from '@earshot/shared';

/** Returns the reason why Earshot can't use a room with this `_id`, or null if it can. The original service may have created any kind. */
export function roomIdProblem(id: unknown): string | null {
  if (!roomIdSchema.safeParse(isObjectId(id) ? idFromBson(id) : id).success) return '_id is not the id of a room';
  if (typeof id === 'string' && isId(id)) return '_id is the text of an ObjectId, and not one';
  return null;
}
