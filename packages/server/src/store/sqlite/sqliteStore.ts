import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../store.ts';
import { toAppendResult } from './appended.ts';
import { audit } from './audit.ts';
import { erasures } from './erasures.ts';
import { expiry } from './expiry.ts';
import { idleRooms } from './idleRooms.ts';
import { memberNames } from './memberNames.ts';
import { members } from './members.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './openDatabase.ts';
import { personalData } from './personal/personalData.ts';
import { privacy } from './privacy.ts';
import { ReadConnection } from './readConnection.ts';
import { reports } from './reports.ts';
import { rewriteIfPending } from './rewriteFile.ts';
import { roomLogReads } from './roomLogReads.ts';
import { rooms } from './rooms.ts';
import { rules } from './rules.ts';
import { migrations } from './schema.ts';
import { Writer } from './writer.ts';
import { WriterThread } from './writerThread.ts';

export interface SqliteStoreOptions {
  /** The database file; its folder is created if it is missing. */
  file: string;
  log: Logger;
  /** Returns milliseconds since 1970. */
  clock?: () => number;
}

/**
 * The embedded store: one file, no service. It reads on this thread and writes on another, so that only writers wait for the disk. Several
 * stores, also in several processes, may use one file. Rejects with `STORE_UNAVAILABLE` when the file can't be opened, and when a newer
 * Earshot created it.
 */
export async function openSqliteStore({ file, log, clock = Date.now }: SqliteStoreOptions): Promise<Store> {
  const raw = await openDatabase(file);
  try {
    const { from, to } = migrate(raw, migrations, (step) =>
      log.info(
        { file, step, of: migrations.length },
        'database schema: migrating (over millions of messages a step takes minutes; after an interruption the next start continues)',
      ),
    );
    if (from !== to) log.info({ file, from, to }, 'database schema migrated');
    rewriteIfPending(raw, { file, log, isNew: from === 0 });
  } catch (error) {
    raw.close();
    throw error;
  }
  const reader = new ReadConnection(raw);
  const onCopyFailed = (err: unknown) =>
    log.warn(
      { err, file },
      'write-ahead log not copied on its own thread: sends may wait while it is truncated (tried again after 30 s; check the memory and the open files)',
    );
  const writer = new Writer({ start: () => new WriterThread(file, onCopyFailed), clock });
  const versionQuery = reader.prepare('PRAGMA user_version');
  return {
    kind: 'sqlite',
    append: async (message) => toAppendResult(message, await writer.write('append', message)),
    change: (target, change) => writer.write('change', { target, change }),
    ...roomLogReads(reader),
    ...rooms(reader, writer),
    ...idleRooms(reader, writer),
    ...members(reader, writer),
    audit: audit(reader, writer),
    rules: rules(reader, writer),
    erasures: erasures(reader, writer),
    expiry: expiry(reader, writer),
    personal: personalData(reader, writer),
    memberNames: memberNames(reader),
    reports: reports(reader, writer),
    privacy: privacy(reader, writer, clock),
    ping: async () => {
      await reader.read(() => versionQuery.get());
      await writer.ping();
    },
    close: async () => {
      const closed = writer.close();
      reader.close();
      await closed;
    },
  };
}
