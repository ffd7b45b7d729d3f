import { EarshotError } from '@earshot/shared';
import { type AnyTRPCProcedure, type AnyTRPCRouter, getTRPCErrorShape, TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { type Call, requestIdChars } from './calls.ts';

interface Failure {
  error: TRPCError;
  /** Undefined if the error belongs to no call. */
  call: Call | undefined;
  /** Undefined while there is no context. */
  ctx: unknown;
}

/** The text of an error as clients see it. Throws if the router's formatter throws. */
export function errorShape(router: AnyTRPCRouter, { error, call, ctx }: Failure): string {
  const { path, input, type = 'unknown' } = call ?? {};
  return textOf(router, getTRPCErrorShape({ config: router._def._config, error, type, path, input, ctx }));
}

/** The fallback text for any error. */
export function plainErrorShape(router: AnyTRPCRouter): string {
  return textOf(router, plainShape);
}

function textOf({ _def }: AnyTRPCRouter, shape: object): string {
  return JSON.stringify(_def._config.transformer.output.serialize(shape));
}

const plainShape = {
  code: TRPC_ERROR_CODES_BY_KEY.INTERNAL_SERVER_ERROR,
  message: 'Internal server error',
  data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 },
};

export const streamFromCallError = ({ type }: Call) =>
  new TRPCError({
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `Cannot return an async iterable or observable from a ${type} procedure with WebSockets`,
  });

export const noStreamError = ({ path }: Call) =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: `Subscription ${path} did not return an observable or a AsyncGenerator`,
  });

/** The message doesn't repeat the id itself. */
export const idTooLongError = () =>
  new TRPCError({
    code: 'BAD_REQUEST',
    cause: new EarshotError('INVALID_INPUT', {
      message: `The id of a request has at most ${requestIdChars} characters.`,
    }),
  });

/** tRPC's own error for a call whose procedure has another type, with a code that distinguishes it from an unknown procedure. */
export const wrongTypeError = ({ type, path }: Call) =>
  new TRPCError({
    code: 'NOT_FOUND',
    message: `No "${type}"-procedure on path "${path}"`,
    cause: new EarshotError('WRONG_CALL_TYPE'),
  });

/** Whether the path leads to a procedure of another type than the call's. */
export function isWrongType({ _def }: AnyTRPCRouter, { type, path }: Call): boolean {
  const procedures: Record<string, AnyTRPCProcedure> = _def.procedures;
  const procedure = Object.hasOwn(procedures, path) ? procedures[path] : undefined;
  return procedure !== undefined && procedure._def.type !== type;
}

export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
