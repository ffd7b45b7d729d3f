import { type AnyTRPCProcedure, type AnyTRPCRouter, callTRPCProcedure } from '@trpc/server';
import { isObservable, type Observable, observableToAsyncIterable } from '@trpc/server/observable';
import type { AbortSignalLike } from '../../../async/lightAbortController.ts';
import type { Call } from './call.ts';
import { wrongTypeError } from './callErrors.ts';

/** Calls a procedure. Throws `wrongTypeError`, and the procedure's errors. */
export function callProcedure(
  router: AnyTRPCRouter,
  call: Call,
  { ctx, signal }: { ctx: unknown; signal?: AbortSignal | undefined },
): Promise<unknown> {
  if (isWrongType(router, call)) throw wrongTypeError(call);
  const { path, type, input, batchIndex } = call;
  return callTRPCProcedure({ router, path, getRawInput: async () => input, ctx, type, signal, batchIndex });
}

/** Whether the path leads to a procedure of another type than the call's. */
function isWrongType({ _def }: AnyTRPCRouter, { type, path }: Call): boolean {
  const procedures: Record<string, AnyTRPCProcedure> = _def.procedures;
  const procedure = Object.hasOwn(procedures, path) ? procedures[path] : undefined;
  return procedure !== undefined && procedure._def.type !== type;
}

/** The result of a subscription's procedure. */
export type Stream = AsyncIterable<unknown> | Observable<unknown, unknown>;

export function isStream(result: unknown): result is Stream {
  return isAsyncIterable(result) || isObservable(result);
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** The values of a stream. An observable is subscribed to at once, until `stop` aborts. */
export function valuesOf(stream: Stream, stop: AbortSignalLike): AsyncIterable<unknown> {
  return isAsyncIterable(stream) ? stream : observableToAsyncIterable(stream, toAbortSignal(stop));
}

export function toAbortSignal(stop: AbortSignalLike): AbortSignal {
  const controller = new AbortController();
  if (stop.aborted) controller.abort(stop.reason);
  else stop.addEventListener('abort', () => controller.abort(stop.reason), { once: true });
  return controller.signal;
}
