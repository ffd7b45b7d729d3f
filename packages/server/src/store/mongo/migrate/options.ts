import type { DescribeRoom } from './repairRoom.ts';

export interface MigrateOptions {
  uri: string;
  /** The name of the database. */
  database: string;
  /** Reads and reports, and writes nothing. */
  dryRun: boolean;
  describe: DescribeRoom;
  onUnreadable: (one: Unreadable) => void;
  onProgress: (progress: MigrationProgress) => void;
}

/** A document, or a part of one, that is left unchanged. */
export interface Unreadable {
  collection: 'messages' | 'rooms';
  id: string;
  reason: string;
}

export interface MigrationProgress {
  step: 'read' | 'placed';
  done: number;
  total: number;
}
