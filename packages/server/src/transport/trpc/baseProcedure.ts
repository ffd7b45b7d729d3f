import { EarshotError } from '@earshot/shared';
import { ZodError } from 'zod';
import type { BudgetedAction } from '../../domain/budget.ts';
import type { Context } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import { trpcProcedure } from './init.ts';

/**
 * The procedure that all others are built on. Each call passes three counters:
 *
 * 1. `inFlight` counts the calls of all clients from the moment they arrive. A server that stops waits for them before it closes
 *    sockets, so calls in a queue count too. A subscription counts only until its iterator is returned.
 * 2. `limiter` starts the calls of one connection in order, a few at a time, so that no client occupies the server alone.
 * 3. `answerSlots` limits the answers to queries that are built at a time for all clients together, because one may be a megabyte.
 *    A query takes its slot after the limiter, so that waiting calls hold none. A batch over HTTP has already acquired the slots
 *    for all its answers (`httpContext.ts`): it holds every answer until the last is built, and batches that acquired slots one by
 *    one would wait for each other for ever.
 *
 * EarshotErrors reach the client with their codes. An invalid input is charged to the budget.
 */
export const baseProcedure = trpcProcedure.use(async ({ ctx, next, type }) => {
  const { inFlight, limiter, answerSlots, holdsSlots } = ctx;
  const answer = () => (holdsSlots ? next() : answerSlots.run(next));
  const result = await inFlight.run(() => (type === 'query' ? limiter.query(answer) : limiter.run(next)));
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof EarshotError) {
    if (cause.code === 'RATE_LIMITED') ctx.socket?.onRateLimited();
    throw asTrpcError(cause);
  }
  if (cause instanceof ZodError) spend(ctx, 'malformedCall');
  return result;
});

function spend({ services, connection }: Context, call: BudgetedAction): void {
  try {
    services.budget.spend(connection, call);
  } catch (error) {
    throw asTrpcError(error);
  }
}
