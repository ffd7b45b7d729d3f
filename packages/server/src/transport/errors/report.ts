import { type ErrorCode, errorEntry } from '@earshot/shared';
import type { Logger } from '../../observe/logger.ts';
import type { Metrics } from '../../observe/metrics.ts';

/** Called with every error that is sent to a client, and where it happened. */
export type Report = (code: ErrorCode, error: unknown, where: string | undefined) => void;

/** Milliseconds between two warnings of the same code. */
const warnEveryMs = 10_000;

/** Maximum characters of `where`: the client chooses the path of a call. */
const whereChars = 128;

/** The errors that are refusals by a bound, and whose bound it is. Limits that refuse with `RATE_LIMITED` count by themselves. */
const bounds: Partial<Record<ErrorCode, Parameters<Metrics['countRefusal']>>> = {
  TOO_MANY_SOCKETS: ['sockets', 'address'],
  IDENTITY_OVERDUE: ['unidentified', 'address'],
  TOO_MANY_WATCHES: ['watches', 'connection'],
};

/** Counts each error by its code, and logs the server's faults with the details that clients don't get. */
export function createReport(log: Logger, metrics: Metrics): Report {
  const warned = new Map<ErrorCode, number>();

  function shouldLog(code: ErrorCode): boolean {
    const now = performance.now();
    if (now - (warned.get(code) ?? Number.NEGATIVE_INFINITY) < warnEveryMs) return false;
    warned.set(code, now);
    return true;
  }

  return (errorCode, error, place) => {
    const where = place?.slice(0, whereChars);
    metrics.countError(errorCode);
    const bound = bounds[errorCode];
    if (bound !== undefined) metrics.countRefusal(...bound);
    if (errorCode === 'INTERNAL') log.error({ err: error, where }, 'unhandled error in call');
    else if (errorEntry(errorCode).http === 503 && shouldLog(errorCode))
      log.warn({ err: error, where }, `service unavailable: ${errorCode}`);
    else if (isForOperator(errorCode) && shouldLog(errorCode))
      log.warn({ where }, `request rejected: ${messageOf(error)}`);
    else log.debug({ errorCode, where }, `call rejected: ${errorCode}`);
  };
}

/** Whether the error may come from a setting that the operator has to change. */
function isForOperator(code: ErrorCode): boolean {
  return code === 'HOST_REFUSED' || code === 'ORIGIN_REFUSED';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
