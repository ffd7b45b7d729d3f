import type { ErrorCode } from '@earshot/shared';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';

/** Called with every error that a client is told, and with where it happened. */
export type Report = (code: ErrorCode, error: unknown, where: string | undefined) => void;

/** Counts each error under its name, and logs the faults of the server with all that the client is not told. */
export function createReport(log: Logger, metrics: Metrics): Report {
  return (errorCode, error, where) => {
    metrics.countError(errorCode);
    if (errorCode === 'INTERNAL') log.error({ err: error, where }, 'a call failed for a reason nobody foresaw');
    else log.debug({ errorCode, where }, 'refused');
  };
}
