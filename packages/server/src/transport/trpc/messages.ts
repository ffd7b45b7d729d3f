import {
  deleteInput,
  editInput,
  historyInput,
  ownReactionsInput,
  reactInput,
  removeInput,
  sendInput,
} from '@earshot/shared';
import { deleteMessage, editMessage, reactToMessage } from '../../domain/changeMessage.ts';
import { removeMessage } from '../../domain/moderation/removeMessage.ts';
import { ownReactions } from '../../domain/ownReactions.ts';
import { readHistory } from '../../domain/readHistory.ts';
import { sendMessage } from '../../domain/sendMessage.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { markShared } from './sharedAnswers.ts';

export const messagesRouter = router({
  send: baseProcedure.input(sendInput).mutation(({ ctx, input }) => sendMessage(ctx.services, ctx.connection, input)),
  edit: baseProcedure.input(editInput).mutation(({ ctx, input }) => editMessage(ctx.services, ctx.connection, input)),
  delete: baseProcedure
    .input(deleteInput)
    .mutation(({ ctx, input }) => deleteMessage(ctx.services, ctx.connection, input)),
  remove: baseProcedure
    .input(removeInput)
    .mutation(({ ctx, input }) => removeMessage(ctx.services, ctx.connection, input)),
  react: baseProcedure
    .input(reactInput)
    .mutation(({ ctx, input }) => reactToMessage(ctx.services, ctx.connection, input)),
  ownReactions: baseProcedure
    .input(ownReactionsInput)
    .query(({ ctx, input }) => ownReactions(ctx.services, ctx.connection, input)),
  history: baseProcedure
    .input(historyInput)
    .query(async ({ ctx, input }) => markShared(await readHistory(ctx.services, ctx.connection, input))),
});
