import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuditEntry } from '@earshot/shared';
import { withAdmin } from '../withAdmin.ts';
import { type AuditOptions, filtersOf } from './audit.ts';
import { csvRow } from './csv.ts';

interface ExportOptions extends AuditOptions {
  format: 'csv' | 'jsonl';
  /** A file that does not exist yet. */
  output?: string;
}

const columns = [
  'id',
  'time',
  'action',
  'actor_id',
  'actor_name',
  'subject_id',
  'room_id',
  'scope',
  'reason',
  'detail',
];

/** Writes all decisions that match. A page is read only when the one before is written. */
export async function exportAudit({ format, output, ...options }: ExportOptions): Promise<void> {
  await withAdmin(async (admin) => {
    const entries = admin.audit(filtersOf(options));
    const lines = Readable.from(format === 'csv' ? csvLines(entries) : jsonLines(entries));
    // The program ends the standard output itself.
    if (output === undefined) await pipeline(lines, process.stdout, { end: false }).catch(ignoreClosedPipe);
    else await pipeline(lines, createWriteStream(output, { flags: 'wx', mode: 0o600 }));
  });
}

async function* csvLines(entries: AsyncIterable<AuditEntry>): AsyncIterable<string> {
  yield csvRow(columns);
  for await (const { id, at, action, actor, subjectUserId, roomId, scope, reason, detail } of entries) {
    const { userId, username } = actor;
    yield csvRow([id, at.toISOString(), action, userId, username, subjectUserId, roomId, scope, reason, detail]);
  }
}

async function* jsonLines(entries: AsyncIterable<AuditEntry>): AsyncIterable<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

/** For example `| head`. */
function ignoreClosedPipe(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
}
