import { locationInput } from '@earshot/shared';
import { cellOf } from '../../cells.ts';
import { updateLocation } from '../../domain/updateLocation.ts';
import { router } from './init.ts';
import { procedure } from './procedure.ts';

export const usersRouter = router({
  updateLocation: procedure
    .input(locationInput)
    .mutation(({ ctx, input }) => updateLocation(ctx.services, ctx.connection, cellOf(input.location))),
});
