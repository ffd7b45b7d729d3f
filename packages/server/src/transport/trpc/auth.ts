import { guestInput } from '@earshot/shared';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';

export const authRouter = router({
  guest: baseProcedure.input(guestInput).mutation(({ ctx, input }) => {
    ctx.services.budget.spend(ctx.connection, 'makeGuest');
    // A new guest has a send limit of its own, so this call would bypass every limit on users. Returning guests count too,
    // because their token is not verified yet.
    ctx.guestLimit.take(ctx.connection.address);
    return ctx.authenticator.guest(input.username, input.token);
  }),
});
