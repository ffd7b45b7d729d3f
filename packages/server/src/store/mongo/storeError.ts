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

/** The driver's errors that mean: nobody there to answer. */
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
/** Those it does not export. */
const unreachableNames = new Set(['MongoWaitQueueTimeoutError', 'MongoPoolClosedError', 'MongoStalePrimaryError']);

/** MongoDB's codes (src/mongo/base/error_codes.yml) that mean: not now, or not this member. */
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

/** A bulk write wraps whatever stopped it, also errors that are no answer of a server. */
function isBulkUnavailable(error: MongoBulkWriteError): boolean {
  const cause: unknown = error.errorResponse;
  return error.result.getWriteConcernError() !== undefined || (cause instanceof MongoError && isUnavailable(cause));
}

/** Node's own errors of a line that ended under the driver, which now and then come through it unwrapped. */
const lineErrors = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED']);

function isLineError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && lineErrors.has(error.code);
}

/** What a caller of the store is told. Messages of the server may quote documents, places among them: they end here. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof MongoError)) {
    return isLineError(error) ? new EarshotError('STORE_UNAVAILABLE', { cause: error }) : error;
  }
  if (isUnavailable(error)) return new EarshotError('STORE_UNAVAILABLE', { cause: error });
  if (!(error instanceof MongoServerError)) return error;
  return new Error(`MongoDB refused an operation: ${error.codeName ?? 'code'} ${error.code}`);
}

/** A document that a unique index keeps out, and nothing else went wrong. */
export function isDuplicate(error: unknown): error is MongoServerError {
  return error instanceof MongoServerError && error.code === 11_000 && !isUnavailable(error);
}

/** The name of that index. Bulk writes tell it in their message only, ahead of the values. */
export function duplicateIndex(error: MongoServerError): string {
  return / index: (\S+) dup key:/.exec(error.message)?.[1] ?? '';
}
