import { guestInput } from '@earshot/shared';
import { procedure, router } from './init.ts';

export const authRouter = router({
  guest: procedure.input(guestInput).mutation(({ ctx, input }) => ctx.authenticator.guest(input.username)),
});
