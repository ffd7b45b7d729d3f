import { closeSync, openSync, writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type Config, ConfigError, readConfig } from '@earshot/server/config';
import { migrateStore } from '@earshot/server/migrate';
import { EarshotError } from '@earshot/shared';
import { createProgressLine } from './progressLine.ts';
import { describeMigrated, describeProgress, describeUnreadable } from './text.ts';

interface MigrateCommandOptions {
  dryRun: boolean;
  /** A file for the list of unreadable documents. */
  report?: string;
}

/** Migrates the configured database to Earshot. */
export async function migrate({ dryRun, report }: MigrateCommandOptions): Promise<void> {
  // The command keeps little and reads much: V8 would let the heap grow to several times what is in use before it collects garbage.
  setFlagsFromString('--heap-growing-percent=20');
  const store = mongoSettings(readConfig());
  const list = report === undefined ? process.stdout.fd : openSync(report, 'w');
  const line = createProgressLine(process.stderr);
  try {
    const migrated = await migrateStore(store, {
      dryRun,
      onUnreadable: (one) => {
        line.clear();
        writeSync(list, `${describeUnreadable(one)}\n`);
      },
      onProgress: (progress) => line.show(describeProgress(progress)),
    });
    line.clear();
    process.stdout.write(`${describeMigrated(migrated, { dryRun, database: store.database, report })}\n`);
  } catch (error) {
    line.clear();
    throw explained(error);
  } finally {
    if (report !== undefined) closeSync(list);
  }
}

function mongoSettings({ store }: Config): Extract<Config['store'], { kind: 'mongodb' }> {
  if (store.kind === 'mongodb') return store;
  throw new ConfigError([
    'MONGODB_URI: set it to the MongoDB of the original service, and MONGODB_DB to the name of its database',
  ]);
}

/** Doesn't quote the URI, which may contain a password. */
function explained(error: unknown): unknown {
  if (!(error instanceof EarshotError)) return error;
  return new EarshotError(error.code, {
    message:
      'MongoDB is unreachable, or the connection was lost. Check that it is running, and that MONGODB_URI is right. ' +
      'Completed work is kept: run `earshot migrate` again.',
    cause: error,
  });
}
