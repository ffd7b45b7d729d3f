import { type GuestChallenge, guestInput, refreshInput, type Session } from '@earshot/shared';
import { ownRoles } from '../../domain/rights/ownRoles.ts';
import { requireRight } from '../../domain/rights/requireRight.ts';
import { endIfRefused } from '../../domain/rules/enforcement.ts';
import { refuseBannedDevice } from '../../domain/rules/gateChecks.ts';
import { signOutEverywhere } from '../../domain/rules/signOut.ts';
import { renewIdentity } from '../auth/renewIdentity.ts';
import { baseProcedure } from './baseProcedure.ts';
import type { Context } from './context.ts';
import { router } from './init.ts';

export const authRouter = router({
  guest: baseProcedure.input(guestInput).mutation(async ({ ctx, input }) => {
    ctx.services.budget.spend(ctx.connection, 'makeGuest');
    await requireRight(ctx.services, ctx.connection, 'getGuestToken', 'server');
    const deviceHash = input.device && ctx.services.rules.hashOf(`device ${input.device}`);
    if (deviceHash) refuseBannedDevice(ctx.services, deviceHash);
    // A former token proves that the guest is not new, unless anybody can make one. A refused call does not count below.
    const isReturning = input.token !== undefined && ctx.authenticator.checksTokens;
    if (!isReturning) await ctx.services.guestChallenges.check(input, ctx.connection.address);
    // A new guest has a send limit of its own, so this call would bypass every limit on users. Returning guests count too,
    // because their token is not verified yet.
    ctx.services.guestLimit.take(ctx.connection.address);
    return ctx.authenticator.guest(input.username, input.token, deviceHash);
  }),

  challenge: baseProcedure.query(async ({ ctx }): Promise<GuestChallenge> => {
    ctx.services.budget.spend(ctx.connection, 'makeChallenge');
    await requireRight(ctx.services, ctx.connection, 'getGuestToken', 'server');
    return ctx.services.guestChallenges.issue(ctx.connection.address);
  }),

  session: baseProcedure.query(async ({ ctx }) => {
    ctx.services.budget.spend(ctx.connection, 'readSession');
    await requireRight(ctx.services, ctx.connection, 'readSession', 'server');
    return sessionOf(ctx);
  }),

  signOutEverywhere: baseProcedure.mutation(({ ctx }) => signOutEverywhere(ctx.services, ctx.connection)),

  refresh: baseProcedure.input(refreshInput).mutation(async ({ ctx, input }) => {
    const { connection, authenticator } = ctx;
    ctx.services.budget.spend(connection, 'identify');
    await requireRight(ctx.services, connection, 'renewIdentity', 'server');
    await renewIdentity(authenticator, connection, input.token);
    ctx.services.localPresence.rename(connection);
    endIfRefused(ctx.services, connection);
    // Over HTTP the connection is this request.
    ctx.socket?.endOnExpiry(connection, connection.expiresAt);
    return sessionOf(ctx);
  }),
});

function sessionOf({ services, connection, authenticator }: Context): Session {
  const { user, expiresInMs } = connection;
  return { user, expiresInMs, checksTokens: authenticator.checksTokens, ...ownRoles(services, connection) };
}
