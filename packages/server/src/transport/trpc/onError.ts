import type { TRPCError } from '@trpc/server';
import type { Report } from '../errors/report.ts';
import { describeError } from './errorShape.ts';

/** Called with every error that is sent to a client. May return a promise. */
export type OnError = (info: { error: TRPCError; path: string | undefined }) => unknown;

export function createOnError(report: Report): OnError {
  return ({ error, path }) => report(describeError(error).data.errorCode, error, path);
}
