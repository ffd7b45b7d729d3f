import {
  auditInput,
  findUsersInput,
  kickInput,
  liftInput,
  muteInput,
  readUserInput,
  retentionInput,
  roomSwitchInput,
  type Sanction,
  sanctionsInput,
  slowModeInput,
} from '@earshot/shared';
import { liftSanction, listSanctions, toSanction } from '../../domain/moderation/sanctions.ts';
import { banUser, kickUser, muteUser } from '../../domain/moderation/sanctionUser.ts';
import { closeRoom, lockRoom, setRetention, setSlowMode } from '../../domain/moderation/setRoomRules.ts';
import { readAudit } from '../../domain/readAudit.ts';
import { findUsers } from '../../domain/users/findUsers.ts';
import { readUser } from '../../domain/users/readUser.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { toScope } from './toScope.ts';

export const moderationRouter = router({
  audit: baseProcedure.input(auditInput).query(({ ctx, input: { scope, roomId, ...filters } }) => {
    const ofRoom = roomId === undefined ? ({ type: 'server' } as const) : ({ type: 'room', roomId } as const);
    return readAudit(ctx.services, ctx.connection, { ...filters, scope: scope ? toScope(scope) : ofRoom });
  }),

  mute: baseProcedure.input(muteInput).mutation(async ({ ctx, input }): Promise<Sanction> => {
    const request = { ...input, scope: toScope(input.scope) };
    return toSanction(await muteUser(ctx.services, ctx.connection, request));
  }),

  ban: baseProcedure.input(muteInput).mutation(async ({ ctx, input }): Promise<Sanction> => {
    const request = { ...input, scope: toScope(input.scope) };
    return toSanction(await banUser(ctx.services, ctx.connection, request));
  }),

  kick: baseProcedure.input(kickInput).mutation(({ ctx, input }) => kickUser(ctx.services, ctx.connection, input)),

  setSlowMode: baseProcedure
    .input(slowModeInput)
    .mutation(({ ctx, input }) => setSlowMode(ctx.services, ctx.connection, input)),

  setRetention: baseProcedure
    .input(retentionInput)
    .mutation(({ ctx, input }) => setRetention(ctx.services, ctx.connection, input)),

  setLocked: baseProcedure
    .input(roomSwitchInput)
    .mutation(({ ctx, input }) => lockRoom(ctx.services, ctx.connection, input)),

  setClosed: baseProcedure
    .input(roomSwitchInput)
    .mutation(({ ctx, input }) => closeRoom(ctx.services, ctx.connection, input)),

  lift: baseProcedure
    .input(liftInput)
    .mutation(({ ctx, input }) => liftSanction(ctx.services, ctx.connection, input.sanctionId)),

  users: baseProcedure
    .input(findUsersInput)
    .query(({ ctx, input }) => findUsers(ctx.services, ctx.connection, { ...input, scope: toScope(input.scope) })),

  user: baseProcedure
    .input(readUserInput)
    .query(({ ctx, input }) => readUser(ctx.services, ctx.connection, { ...input, scope: toScope(input.scope) })),

  sanctions: baseProcedure
    .input(sanctionsInput)
    .query(({ ctx, input }) => listSanctions(ctx.services, ctx.connection, toScope(input.scope))),
});
