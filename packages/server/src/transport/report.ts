import { type ErrorCode, errorEntry } from '@earshot/shared';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';

/** Called with every error that a client is told, and with where it happened. */
export type Report = (code: ErrorCode, error: unknown, where: string | undefined) => void;

/** Milliseconds between two warnings that the same thing is out of reach. */
const warnEveryMs = 10_000;

/** Characters of where an error happened: the path of a call is the client's choice. */
const whereChars = 128;

/** Counts each error under its name, and logs the faults of the server with all that the client is not told. */
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
    if (errorCode === 'INTERNAL') log.error({ err: error, where }, 'a call failed for a reason nobody foresaw');
    else if (errorEntry(errorCode).http === 503 && shouldLog(errorCode)) log.warn({ err: error, where }, errorCode);
    else if (isForOperator(errorCode) && shouldLog(errorCode)) log.warn({ where }, `refused: ${messageOf(error)}`);
    else log.debug({ errorCode, where }, 'refused');
  };
}

/** Whether a refusal may come from a setting that the operator has not thought of. */
function isForOperator(code: ErrorCode): boolean {
  return code === 'HOST_REFUSED' || code === 'ORIGIN_REFUSED';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
