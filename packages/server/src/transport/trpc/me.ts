import { blockInput, ownSanctionsInput, unblockInput, visibilityInput } from '@earshot/shared';
import { ownSanctions } from '../../domain/moderation/sanctions.ts';
import { blockUser, listBlocks, unblockUser } from '../../domain/privacy/blockUsers.ts';
import { readVisibility, setVisibility } from '../../domain/privacy/setVisibility.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { ownDataProcedures } from './ownData.ts';

export const meRouter = router({
  block: baseProcedure.input(blockInput).mutation(({ ctx, input }) => blockUser(ctx.services, ctx.connection, input)),
  unblock: baseProcedure
    .input(unblockInput)
    .mutation(({ ctx, input }) => unblockUser(ctx.services, ctx.connection, input)),
  visibility: baseProcedure.query(({ ctx }) => readVisibility(ctx.services, ctx.connection)),
  setVisibility: baseProcedure
    .input(visibilityInput)
    .mutation(({ ctx, input }) => setVisibility(ctx.services, ctx.connection, input)),
  ...ownDataProcedures,
  blocks: baseProcedure.query(({ ctx }) => listBlocks(ctx.services, ctx.connection)),
  sanctions: baseProcedure
    .input(ownSanctionsInput)
    .query(({ ctx, input }) => ownSanctions(ctx.services, ctx.connection, input?.roomId)),
});
