import { locationInput } from '@earshot/shared';
import { cellOf } from '../../cells.ts';
import { updateLocation } from '../../domain/updateLocation.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';

export const usersRouter = router({
  updateLocation: baseProcedure
    .input(locationInput)
    .mutation(({ ctx, input }) => updateLocation(ctx.services, ctx.connection, cellOf(input.location))),
});
