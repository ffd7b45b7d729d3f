import { type AnyTRPCProcedure, type AnyTRPCRouter, callTRPCProcedure } from '@trpc/server';
import { isObservable, type Observable, observableToAsyncIterable } from '@trpc/server/observable';
import type { AbortSignalLike } from '../../../async/lightAbortController.ts';
import type { Call } from './call.ts';
import { wrongTypeError } from './callErrors.ts';
import { runProcedure } from './runProcedure.ts';

/** Calls a procedure. Throws `wrongTypeError`, and the procedure's errors. */
export function callProcedure(
  router: AnyTRPCRouter,
  call: Call,
  { ctx, signal }: { ctx: unknown; signal?: AbortSignal | undefined },
): Promise<unknown> {
  const { path, type, input, batchIndex } = call;
  const getRawInput = async () => input;
  const procedure = loadedProcedure(router, path);
  // tRPC loads it, or throws its error for an unknown path.
  if (procedure === undefined) return callTRPCProcedure({ router, path, getRawInput, ctx, type, signal, batchIndex });
  if (procedure._def.type !== type) throw wrongTypeError(call);
  return runProcedure(procedure, { ctx, input: undefined, getRawInput, path, type, signal, batchIndex });
}

/** The procedure at a path. Undefined if there is none, or if it is in a part of the router that is not loaded yet. */
function loadedProcedure({ _def }: AnyTRPCRouter, path: string): AnyTRPCProcedure | undefined {
  const procedures: Record<string, AnyTRPCProcedure> = _def.procedures;
  return Object.hasOwn(procedures, path) ? procedures[path] : undefined;
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
