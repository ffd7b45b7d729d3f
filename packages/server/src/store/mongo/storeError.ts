import { EarshotError } from '@earshot/shared';
import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoError,
  MongoErrorLabel,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoSystemError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';

/** The driver's errors for an unreachable server. */
const unreachable = [
  MongoNetworkError,
  MongoSystemError, // server selection
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
  MongoExpiredSessionError,
  MongoWriteConcernError,
];
/** Errors of the same kind that the driver does not export. */
const unreachableNames = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError', 'MongoStalePrimaryError']);

/** MongoDB's codes (src/mongo/base/error_codes.yml) for a temporary failure, or for a failure of this member. */
const unavailableCodes = new Set<unknown>([
  24, // LockTimeout
  50, // MaxTimeMSExpired
  64, // WriteConcernTimeout
  91, // ShutdownInProgress
  100, // UnsatisfiableWriteConcern
  112, // WriteConflict
  133, // FailedToSatisfyReadPreference
  134, // ReadConcernMajorityNotAvailableYet
  189, // PrimarySteppedDown
  246, // SnapshotUnavailable
  262, // ExceededTimeLimit
  10107, // NotWritablePrimary
  11600, // InterruptedAtShutdown
  11602, // InterruptedDueToReplStateChange
  13435, // NotPrimaryNoSecondaryOk
  13436, // NotPrimaryOrSecondary
  14031, // OutOfDiskSpace
]);
const unavailableLabels = [MongoErrorLabel.RetryableWriteError, MongoErrorLabel.TransientTransactionError];

function isUnavailable(error: MongoError): boolean {
  return (
    unreachable.some((kind) => error instanceof kind) ||
    unreachableNames.has(error.name) ||
    unavailableCodes.has(error.code) ||
    unavailableLabels.some((label) => error.hasErrorLabel(label)) ||
    (error instanceof MongoBulkWriteError && isBulkUnavailable(error))
  );
}

/** A bulk write wraps every error, including those that are not an answer of a server. */
function isBulkUnavailable(error: MongoBulkWriteError): boolean {
  const cause: unknown = error.errorResponse;
  return error.result.getWriteConcernError() !== undefined || (cause instanceof MongoError && isUnavailable(cause));
}

/** Node's own errors of a connection that ended below the driver; occasionally they reach callers unwrapped. */
const connectionErrors = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED']);

function isConnectionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && connectionErrors.has(error.code);
}

/** Converts an error for callers of the store. The server's messages may quote documents, including locations, so they are dropped here. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof MongoError)) {
    return isConnectionError(error) ? new EarshotError('STORE_UNAVAILABLE', { cause: error }) : error;
  }
  if (isUnavailable(error)) return new EarshotError('STORE_UNAVAILABLE', { cause: error });
  if (!(error instanceof MongoServerError)) return error;
  return new Error(`MongoDB rejected an operation: ${error.codeName ?? 'code'} ${error.code}`);
}

/** Whether a unique index rejected a document, and nothing else failed. */
export function isDuplicate(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && isDuplicateCode(error.code) && !isUnavailable(error);
}

export const isDuplicateCode = (code: unknown): boolean => code === 11_000;

/** Whether a transaction must be repeated because another one writes the same documents. */
export function isWriteConflict(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 112;
}

/** Whether a transaction changed more than fits into MongoDB's cache (MongoDB 6.2 and newer: code 388, `TransactionTooLargeForCache`). */
export function isTooLargeForCache(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === 388;
}

/**
 * The name of the unique index, from the message of an error. The server also reports its keys (`keyPattern`), but the driver drops them from
 * the errors of bulk writes and keeps only the message, in which the name comes before the values.
 */
export function duplicateIndex(message = ''): string {
  return / index: (\S+) dup key:/.exec(message)?.[1] ?? '';
}
