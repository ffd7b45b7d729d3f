import { locationInput } from '@earshot/shared';
import { updateLocation } from '../../domain/updateLocation.ts';
import { procedure, router } from './init.ts';

export const usersRouter = router({
  updateLocation: procedure
    .input(locationInput)
    .mutation(({ ctx, input }) => updateLocation(ctx.services, ctx.connection, input.location)),
});
