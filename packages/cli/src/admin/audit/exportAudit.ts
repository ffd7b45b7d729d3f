import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AuditEntry, auditFormats } from '@earshot/shared';
import { withAdmin } from '../withAdmin.ts';
import { type AuditOptions, filtersOf } from './audit.ts';

interface ExportOptions extends AuditOptions {
  format: keyof typeof auditFormats;
  /** A file that does not exist yet. */
  output?: string;
}

/** Writes all decisions that match. A page is read only when the one before is written. */
export async function exportAudit({ format, output, ...options }: ExportOptions): Promise<void> {
  await withAdmin(async (admin) => {
    const entries = admin.audit(filtersOf(options));
    const lines = Readable.from(linesOf(entries, format));
    // The program ends the standard output itself.
    if (output === undefined) await pipeline(lines, process.stdout, { end: false }).catch(ignoreClosedPipe);
    else await pipeline(lines, createWriteStream(output, { flags: 'wx', mode: 0o600 }));
  });
}

async function* linesOf(entries: AsyncIterable<AuditEntry>, format: ExportOptions['format']): AsyncIterable<string> {
  const { head, entry: encode } = auditFormats[format];
  yield head;
  for await (const entry of entries) yield encode(entry);
}

/** For example `| head`. */
function ignoreClosedPipe(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
}
