import { EarshotError, type ErrorCode } from '@earshot/shared/plain';

/** A serialized error: passing errors between threads loses their class and their own fields. */
export type SerializedError = { code: ErrorCode; message: string; cause: unknown } | { code: null; error: unknown };

export function serializeError(error: unknown): SerializedError {
  return error instanceof EarshotError
    ? { code: error.code, message: error.message, cause: error.cause }
    : { code: null, error };
}

export function deserializeError(failure: SerializedError): unknown {
  return failure.code === null ? failure.error : new EarshotError(failure.code, failure);
}
