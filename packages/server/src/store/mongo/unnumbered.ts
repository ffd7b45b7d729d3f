import { type Collection, MongoServerError } from 'mongodb';
import type { Logger } from '../../observe/logger.ts';
import type { Collections, MessageDocument } from './collections.ts';

/**
 * Matches messages of the original service that have no number yet: those still to be migrated, and those that can't be read. The field is
 * missing or null. (`seq: null` is equivalent, but the driver's types only accept this form.)
 */
export const unnumbered = { seq: { $all: [null] } };

/** Contains only messages without a number, so it is empty after the migration, and new messages do not change it. */
export const unnumberedIndex = { key: { seq: 1 }, partialFilterExpression: { seq: null } } as const;

const finished = 'messages of the original service';

/** Prevents a server from numbering new messages before the old ones have a `seq`. */
class NotMigratedError extends Error {
  readonly code = 'NOT_MIGRATED';

  constructor(database: string) {
    super(
      `The database “${database}” has messages of the original service without numbers. ` +
        'Run `earshot migrate` with the same settings first (`earshot migrate --dry-run` shows what it would do).',
    );
  }
}

/** After a finished migration, messages that it could not migrate no longer block the start: they are just not shown. */
export async function requireMigrated(
  { messages, migrations }: Collections,
  { database, log }: { database: string; log: Logger },
): Promise<void> {
  if (!(await hasUnnumbered(messages))) return;
  if ((await migrations.findOne({ _id: finished })) === null) throw new NotMigratedError(database);
  log.warn('some messages have no number and are not shown (`earshot migrate --dry-run` lists them)');
}

export async function markMigrated({ migrations }: Collections, now: Date): Promise<void> {
  await migrations.updateOne({ _id: finished }, { $setOnInsert: { finished_at: now } }, { upsert: true });
}

/** Messages without a `room_id` belong to no room, so they can't be migrated. */
const migratable = { room_id: { $exists: true }, ...unnumbered };

/**
 * Reads one index key. Until a database of an earlier version has this index, it reads one key per room. (MongoDB only skips from room to room
 * if there is a condition on `room_id`.)
 */
async function hasUnnumbered(messages: Collection<MessageDocument>): Promise<boolean> {
  for (const hint of [unnumberedIndex.key, { room_id: 1, seq: 1 }]) {
    try {
      return (await messages.findOne(migratable, { projection: { _id: 1 }, hint })) !== null;
    } catch (error) {
      const isMissing = error instanceof MongoServerError && error.codeName === 'BadValue';
      if (!isMissing) throw error;
    }
  }
  // No server has used this database yet. The first document decides, or, while a migration runs, the first one without a number.
  return (await messages.findOne(migratable, { projection: { _id: 1 } })) !== null;
}
