import type { TRPCError } from '@trpc/server';
import type { Logger } from '../../observe/logger.ts';
import type { Metrics } from '../../observe/metrics.ts';
import { describeError } from './errorShape.ts';

/** Called with every error that a client is told. */
export type OnError = (error: TRPCError, path: string | undefined) => void;

/** Counts each error under its name, and logs the faults of the server with all that the client is not told. */
export function createOnError(log: Logger, metrics: Metrics): OnError {
  return (error, path) => {
    const { errorCode } = describeError(error).data;
    metrics.countError(errorCode);
    if (errorCode === 'INTERNAL') log.error({ err: error, path }, 'a call failed for a reason nobody foresaw');
    else log.debug({ errorCode, path }, 'refused');
  };
}
