import { idFromBson } from '@earshot/shared';
import type { Collection } from 'mongodb';
import type { RoomDocument } from '../collections.ts';
import { roomIdProblem } from '../rooms/roomIdProblem.ts';
import type { DescribeRoom } from './repairRoom.ts';

/** The fields that a new room takes over from the document that represented it. */
interface Namesake {
  name?: string;
  created_at: Date;
}
export type Namesakes = ReadonlyMap<string, Namesake>;

/**
 * Finds the documents without a location whose `location_id` is not their `_id`, by `location_id`. If messages refer to the `location_id`,
 * their room is a different one, and this document can't be found. The oldest of several is used. (Rooms with a location are found by it
 * and keep their names; the others are few.)
 */
export async function findNamesakes(rooms: Collection<RoomDocument>, describe: DescribeRoom): Promise<Namesakes> {
  const namesakes = new Map<string, Namesake>();
  const found = rooms
    .find({
      location_id: { $type: 'string' },
      location: { $not: { $type: 'object' } },
      created_at: { $type: 'date' },
      $expr: { $ne: ['$_id', '$location_id'] },
    })
    .project<RoomDocument>({ location_id: 1, name: 1, created_at: 1 });
  for await (const { _id, location_id = '', name, created_at } of found) {
    const known = namesakes.get(location_id);
    if (roomIdProblem(_id) !== null || (known && known.created_at <= created_at)) continue;
    // A name generated from its id adds no information.
    const isOwn = name !== undefined && name !== describe(idFromBson(_id)).name;
    namesakes.set(location_id, { created_at, ...(isOwn && { name }) });
  }
  return namesakes;
}
