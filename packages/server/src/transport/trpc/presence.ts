import { roomInput, typingInput } from '@earshot/shared';
import { listPresence } from '../../domain/listPresence.ts';
import { setTyping } from '../../domain/setTyping.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';

export const presenceRouter = router({
  list: baseProcedure
    .input(roomInput)
    .query(({ ctx, input }) => listPresence(ctx.services, ctx.connection, input.roomId)),
  typing: baseProcedure.input(typingInput).mutation(({ ctx, input }) => setTyping(ctx.services, ctx.connection, input)),
});
