import { withNotices } from '../../../async/withNotices.ts';
import { type Collections, collections, createNumberIndex, setUp } from '../collections.ts';
import { createMongoClient, requireReplicaSet } from '../mongoClient.ts';
import { coarsenUsers } from '../rooms/coarsenLocations.ts';
import { fillCells } from '../rooms/fillCells.ts';
import { storeError } from '../storeError.ts';
import { markMigrated } from '../unnumbered.ts';
import type { NumberedCounts } from './numberBatch.ts';
import { numberMessages } from './numberMessages.ts';
import { clearLeftoverNumbers } from './numbers.ts';
import type { MigrateOptions } from './options.ts';
import { removeUnusableLocations, repairRooms } from './repairRooms.ts';
import { RoomTimes } from './roomTimes.ts';
import { surveyMessages } from './survey.ts';

export interface Migrated extends NumberedCounts {
  /** Messages without a `seq` at the start: those that can get one, and those that can't be read (or have an invalid number). */
  readable: number;
  unreadable: number;
  /** Rooms created for messages whose room was missing. */
  roomsCreated: number;
  roomsRepaired: number;
  /** Locations of users in a form that Earshot could neither use nor remove. */
  locationsRemoved: number;
  /** The database has no messages and no rooms. */
  empty: boolean;
}

/**
 * Migrates a database of the original service to Earshot: gives each message its `seq` in its room's log, in order of time.
 *
 * It may be interrupted at any point or run several times at once: completed work stays valid, and another run does the rest. Rejects with
 * `STORE_UNAVAILABLE` when MongoDB can't be reached.
 */
export async function migrateDatabase(options: MigrateOptions): Promise<Migrated> {
  const client = createMongoClient(options.uri);
  try {
    await requireReplicaSet(client);
    const all = collections(client.db(options.database));
    if (await isEmpty(all)) return { ...nothing, empty: true };
    // First, because the index over locations can't be created while invalid ones exist.
    const roomsRepaired = await repairRooms(all, options);
    const locationsRemoved = await removeUnusableLocations(all, options);
    const repaired = { roomsRepaired, locationsRemoved };
    if (options.dryRun)
      return { ...nothing, ...repaired, ...(await surveyMessages(all, { ...options, roomTimes: null })) };
    await clearLeftoverNumbers(all.messages);
    await coarsenUsers(all);
    // The other indexes would make each numbering more expensive, and are cheaper to build afterwards. If they exist already, they stay.
    await createNumberIndex(all);
    const roomTimes = await RoomTimes.open(all, options.describe);
    const survey = await surveyMessages(all, { ...options, roomTimes });
    const counts = await numberMessages(client, all, { ...options, total: survey.readable, roomTimes });
    await withNotices(setUp(all), { notice: () => options.onProgress({ step: 'indexes' }), everyMs: 1_000 });
    await fillCells(client, all, new Date());
    await markMigrated(all, new Date());
    return { ...nothing, ...repaired, ...survey, ...counts, roomsCreated: roomTimes.created };
  } catch (error) {
    throw storeError(error);
  } finally {
    await client.close();
  }
}

const nothing: Migrated = {
  readable: 0,
  unreadable: 0,
  numbered: 0,
  numberedAfterNewer: 0,
  roomsCreated: 0,
  roomsRepaired: 0,
  locationsRemoved: 0,
  empty: false,
};

async function isEmpty({ messages, rooms }: Collections): Promise<boolean> {
  return (await messages.findOne()) === null && (await rooms.findOne()) === null;
}
