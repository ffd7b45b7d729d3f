import { guestInput } from '@earshot/shared';
import { procedure, router } from './init.ts';

export const authRouter = router({
  guest: procedure.input(guestInput).mutation(({ ctx, input }) => {
    ctx.services.budget.spend(ctx.connection, 'makeGuest');
    // A new guest has sends of their own: else this would be a way around every limit on users. Who comes back is counted
    // too: what a token says is not known before it was checked.
    ctx.guestLimit.take(ctx.connection.address);
    return ctx.authenticator.guest(input.username, input.token);
  }),
});
