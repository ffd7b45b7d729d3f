import { roomInput, typingInput } from '@earshot/shared';
import { listPresence } from '../../domain/listPresence.ts';
import { setTyping } from '../../domain/setTyping.ts';
import { router } from './init.ts';
import { procedure } from './procedure.ts';

export const presenceRouter = router({
  list: procedure.input(roomInput).query(({ ctx, input }) => listPresence(ctx.services, ctx.connection, input.roomId)),
  typing: procedure.input(typingInput).mutation(({ ctx, input }) => setTyping(ctx.services, ctx.connection, input)),
});
