import { type AnyTRPCProcedure, callTRPCProcedure, initTRPC, TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { runProcedure } from './runProcedure.ts';

/** What the steps of a procedure saw, in order. */
type Log = unknown[];

const t = initTRPC.context<{ log: Log; user: string }>().meta<{ name: string }>().create();
const logged = t.procedure.meta({ name: 'logged' }).use(async ({ next, ...call }) => {
  const { ctx, input, path, type, batchIndex, meta, signal, getRawInput } = call;
  ctx.log.push({
    user: ctx.user,
    input,
    path,
    type,
    batchIndex,
    meta,
    signal: signal?.aborted,
    raw: await getRawInput(),
  });
  const result = await next();
  ctx.log.push(result.ok ? { ok: true } : { error: result.error.code, cause: result.error.cause?.message });
  return result;
});
const readN = (value: unknown) =>
  typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number' ? value.n : raise();
const positive = (value: unknown) => (readN(value) > 0 ? { n: readN(value) } : raise());
const withText = (value: unknown) => ({
  text: typeof value === 'object' && value && 'text' in value ? value.text : 'none',
});

const router = t.router({
  plain: logged.query(({ ctx, input }) => [ctx.user, input]),
  parsed: logged.input(positive).mutation(({ input }) => input.n + 1),
  severalInputs: logged
    .input(positive)
    .input(withText)
    .query(({ input }) => input),
  asyncInput: logged.input(async (value: unknown) => [value]).query(({ input }) => input),
  context: logged
    .use(({ next }) => next({ ctx: { more: 1 } }))
    .use(({ next, ctx }) => next({ ctx: { more: ctx.more + 1, user: `${ctx.user}!` } }))
    .query(({ ctx: { log: _, ...ctx } }) => ctx),
  replacedInput: logged.use(({ next }) => next({ input: 'other' })).query(({ input }) => input),
  replacedRawInput: logged
    .use(({ next }) => next({ getRawInput: async () => ({ n: 7 }) }))
    .input(positive)
    .query(({ input }) => input),
  output: logged.output(positive).query(() => ({ n: 1, hidden: 2 })),
  invalidOutput: logged.output(positive).query((() => 'text') as never),
  twice: logged
    .use(async ({ next }) => {
      await next();
      return next();
    })
    .query(({ ctx }) => ctx.log.push('run')),
  recovered: logged.use(async ({ next }) => ({ ...(await next()), ok: true, data: 'recovered' }) as never).query(raise),
  noResult: logged.use((async () => undefined) as never).query(() => 1),
  failing: logged.query(raise),
  failingText: logged.mutation(() => {
    throw 'text'; // procedures of others may throw anything
  }),
  failingStep: logged
    .use(() => {
      throw new TRPCError({ code: 'FORBIDDEN', message: 'not you' });
    })
    .query(() => 1),
  stream: logged.subscription(async function* () {
    yield 1;
  }),
  // Its type is that of a plain function.
  ownCaller: logged
    .experimental_caller(async ({ args, invoke }) => ({ called: await invoke(args[0] as never) }))
    .query(() => 1) as never,
});

function raise(): never {
  throw new RangeError('out of range');
}

const procedures: Record<string, AnyTRPCProcedure> = router._def.procedures;
const inputs = [undefined, { n: 1 }, { n: -1, text: 'a' }, { n: 2, text: 'b' }, 'text'];
const errorOf = ({ code, message, cause }: TRPCError) => ({ code, message, cause: cause && String(cause) });

async function outcomeOf(run: () => Promise<unknown>) {
  return run().then(
    (value) => ({ value: Symbol.asyncIterator in Object(value) ? 'a stream' : value }),
    (error) => errorOf(error),
  );
}

test.each(Object.entries(procedures))('a procedure runs as tRPC runs it: %s', async (path, procedure) => {
  for (const [batchIndex, input] of inputs.entries()) {
    const prepare = (log: Log) => ({
      ...{ ctx: { log, user: 'ana' }, path, type: procedure._def.type, batchIndex },
      ...{ getRawInput: async () => input, signal: batchIndex === 0 ? undefined : new AbortController().signal },
    });
    const theirs: Log = [];
    const ours: Log = [];
    const expected = await outcomeOf(() => callTRPCProcedure({ router, ...prepare(theirs) }));
    expect(await outcomeOf(() => runProcedure(procedure, { ...prepare(ours), input: undefined }))).toEqual(expected);
    expect(ours).toEqual(theirs);
    expect(ours).not.toHaveLength(0);
  }
});

test('the context of a call is not changed', async () => {
  const ctx = { log: [], user: 'ana' };
  const call = { ctx, input: undefined, path: 'context', type: 'query', signal: undefined, batchIndex: 0 } as const;
  const result = await runProcedure(router._def.record.context, { ...call, getRawInput: async () => undefined });
  expect(result).toEqual({ more: 2, user: 'ana!' });
  expect(ctx).toEqual({ log: [expect.anything(), { ok: true }], user: 'ana' });
});
