import type { Config } from './config/index.ts';
import { requireNode } from './config/nodeVersion.ts';
import { emptyRoom } from './domain/namedRoom.ts';
import { type Migrated, migrateDatabase } from './store/mongo/migrate/migrate.ts';
import type { MigrationRun } from './store/mongo/migrate/options.ts';
import { locationIdSchema } from './transport/legacy/locationId.ts';

// `@earshot/server/migrate`: prepares a database of the original service.

export type { Migrated } from './store/mongo/migrate/migrate.ts';
export type { MigrationProgress, MigrationRun, Unreadable } from './store/mongo/migrate/options.ts';

/** The room that a legacy client gets under an id that no room document has. */
const describeRoom = (roomId: string) => emptyRoom(locationIdSchema.parse(roomId));

/**
 * Migrates a database of the original service to Earshot: gives each message its number, and completes its rooms. It may be
 * interrupted and run again. Throws on Node.js before 24; rejects with `STORE_UNAVAILABLE` when MongoDB can't be reached.
 */
export function migrateStore(
  { uri, database }: Extract<Config['store'], { kind: 'mongodb' }>,
  run: MigrationRun,
): Promise<Migrated> {
  requireNode();
  return migrateDatabase({ uri, database, describe: describeRoom, ...run });
}
