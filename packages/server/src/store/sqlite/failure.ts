import { EarshotError, type ErrorCode } from '@earshot/shared/plain';

/** An error on its way between threads, which keep the names of an error's class and of its fields to themselves. */
export type Failure = { code: ErrorCode; message: string; cause: unknown } | { code: null; error: unknown };

export function packed(error: unknown): Failure {
  return error instanceof EarshotError
    ? { code: error.code, message: error.message, cause: error.cause }
    : { code: null, error };
}

export function unpacked(failure: Failure): unknown {
  return failure.code === null ? failure.error : new EarshotError(failure.code, failure);
}
