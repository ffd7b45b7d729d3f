import type { DescribeRoom } from './repairRoom.ts';

/** The mode of one run of the migration, and its reports. */
export interface MigrationRun {
  /** Reads and reports, and writes nothing. */
  dryRun: boolean;
  onUnreadable: (one: Unreadable) => void;
  onProgress: (progress: MigrationProgress) => void;
}

export interface MigrateOptions extends MigrationRun {
  uri: string;
  /** The name of the database. */
  database: string;
  describe: DescribeRoom;
}

/** A document, or a part of one, that is left unchanged. */
export interface Unreadable {
  collection: 'messages' | 'rooms';
  id: string;
  reason: string;
}

/** Messages that were read or numbered; at the end, the indexes are built. */
export type MigrationProgress = { step: 'read' | 'numbered'; done: number; total: number } | { step: 'indexes' };
