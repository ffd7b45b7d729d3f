import { EarshotError } from '@earshot/shared/plain';

// SQLite's primary result codes (sqlite.org/rescode.html) for a temporary failure, or a failure of this disk.
const busy = 5;
const unavailable = new Set([
  busy,
  6, // LOCKED
  8, // READONLY
  10, // IOERR
  13, // FULL
  14, // CANTOPEN
]);

function primaryCode(error: unknown): number | undefined {
  // The upper bytes of a result code give a more specific reason.
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

export const isBusy = (error: unknown) => primaryCode(error) === busy;

/** Converts an error for callers of the store. SQLite's messages name tables and columns, never values. */
export function storeError(error: unknown): unknown {
  const code = primaryCode(error);
  return code !== undefined && unavailable.has(code) ? new EarshotError('STORE_UNAVAILABLE', { cause: error }) : error;
}
