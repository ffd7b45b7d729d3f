import { guestInput } from '@earshot/shared';
import { procedure, router } from './init.ts';

export const authRouter = router({
  guest: procedure.input(guestInput).mutation(({ ctx, input }) => {
    // Each guest is somebody new, with sends of their own: else this would be a way around every limit on users.
    ctx.guestLimit.take(ctx.address);
    return ctx.authenticator.guest(input.username);
  }),
});
