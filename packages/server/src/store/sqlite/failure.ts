import { EarshotError, type ErrorCode } from '@earshot/shared/plain';

/** A serialized error: passing errors between threads loses their class and their own fields. */
export type Failure = { code: ErrorCode; message: string; cause: unknown } | { code: null; error: unknown };

export function packed(error: unknown): Failure {
  return error instanceof EarshotError
    ? { code: error.code, message: error.message, cause: error.cause }
    : { code: null, error };
}

export function unpacked(failure: Failure): unknown {
  return failure.code === null ? failure.error : new EarshotError(failure.code, failure);
}
