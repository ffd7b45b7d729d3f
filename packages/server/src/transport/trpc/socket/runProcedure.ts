import { type AnyTRPCProcedure, getTRPCErrorFromUnknown, TRPCError, type TRPCProcedureType } from '@trpc/server';

/** The arguments of a procedure, as `callTRPCProcedure` passes them. */
interface ProcedureCall {
  ctx: unknown;
  /** The input as the parsers have read it. Undefined before the first parser. */
  input: unknown;
  getRawInput: () => Promise<unknown>;
  readonly path: string;
  readonly type: TRPCProcedureType;
  readonly signal: AbortSignal | undefined;
  readonly batchIndex: number;
}

/** The argument of `next`, with which a middleware calls the step after it. */
type Changes = Partial<Pick<ProcedureCall, 'ctx' | 'input' | 'getRawInput'>> | undefined;
type Next = (changes?: Changes) => Promise<StepResult>;

type StepResult = { ok: true; data: unknown } | { ok: false; error: TRPCError; marker: 'middlewareMarker' } | undefined;

/** A middleware, a parser of the input or of the output, or the resolver, which is the last step. */
type Step = (call: ProcedureCall & { meta: unknown; next: Next }) => Promise<StepResult>;

interface Chain {
  readonly steps: readonly Step[];
  readonly meta: unknown;
}

/**
 * Runs a procedure as tRPC does: its middlewares and parsers in order, then its resolver. tRPC copies all arguments twice for each of
 * these steps, which takes a tenth of the time of a short call. Here each step gets one new object and one function `next`, and the arguments
 * are copied only for a step that changes them. One object for all steps would save a tenth of a microsecond a call, but a step that calls
 * `next` twice would see what the first call changed.
 */
export async function runProcedure(procedure: AnyTRPCProcedure, call: ProcedureCall): Promise<unknown> {
  const chain = chainOf(procedure);
  if (chain === null) return procedure(call);
  const result = await runStep(chain, 0, call);
  if (!result) throw noResultError();
  if (!result.ok) throw result.error;
  return result.data;
}

/** Runs a step and those after it. Never rejects. */
async function runStep(chain: Chain, index: number, call: ProcedureCall): Promise<StepResult> {
  try {
    const step = chain.steps[index];
    if (step === undefined) throw new TypeError('the last step of a procedure has no next one');
    const { ctx, input, getRawInput, path, type, signal, batchIndex } = call;
    const { meta } = chain;
    const next: Next = (changes) => runStep(chain, index + 1, changes ? changeCall(call, changes) : call);
    return await step({ ctx, input, getRawInput, path, type, signal, batchIndex, meta, next });
  } catch (cause) {
    return { ok: false, error: getTRPCErrorFromUnknown(cause), marker: 'middlewareMarker' };
  }
}

function changeCall(call: ProcedureCall, changes: NonNullable<Changes>): ProcedureCall {
  const { path, type, signal, batchIndex } = call;
  return {
    ctx: changes.ctx ? { ...asObject(call.ctx), ...asObject(changes.ctx) } : call.ctx,
    input: 'input' in changes ? changes.input : call.input,
    getRawInput: changes.getRawInput ?? call.getRawInput,
    path,
    type,
    signal,
    batchIndex,
  };
}

const asObject = (value: unknown) => (typeof value === 'object' ? value : undefined);

const noResultError = () =>
  new TRPCError({
    code: 'INTERNAL_SERVER_ERROR',
    message: 'No result from middlewares - did you forget to `return next()`?',
  });

const chains = new WeakMap<AnyTRPCProcedure, Chain | null>();

/** The steps of a procedure. Null if it has a caller of its own, or is built by a version of tRPC that stores its steps differently. */
function chainOf(procedure: AnyTRPCProcedure): Chain | null {
  const known = chains.get(procedure);
  if (known !== undefined) return known;
  const chain = readChain(procedure);
  chains.set(procedure, chain);
  return chain;
}

function readChain({ _def }: AnyTRPCProcedure): Chain | null {
  if (_def.experimental_caller || !('middlewares' in _def) || !areSteps(_def.middlewares)) return null;
  return { steps: _def.middlewares, meta: _def.meta };
}

function areSteps(value: unknown): value is readonly Step[] {
  return Array.isArray(value) && value.length > 0 && value.every((step) => typeof step === 'function');
}
