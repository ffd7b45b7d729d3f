import { idFromBson, isId, isObjectId, roomIdSchema } from '@earshot/shared';

/** Why Earshot can't use a room with this `_id`, or null when it can. The original service may have made any. */
export function roomIdProblem(id: unknown): string | null {
  if (!roomIdSchema.safeParse(isObjectId(id) ? idFromBson(id) : id).success) return '_id is not the id of a room';
  if (typeof id === 'string' && isId(id)) return '_id is the text of an ObjectId, and not one';
  return null;
}
