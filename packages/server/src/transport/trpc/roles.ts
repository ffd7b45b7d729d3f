import { grantRoleInput, listRolesInput, ownRoleInput, withdrawRoleInput } from '@earshot/shared';
import { grantRole, withdrawRole } from '../../domain/rights/changeRoles.ts';
import { listRoles } from '../../domain/rights/listRoles.ts';
import { ownRole } from '../../domain/rights/ownRoles.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { toScope } from './toScope.ts';

export const rolesRouter = router({
  own: baseProcedure
    .input(ownRoleInput)
    .query(({ ctx, input }) => ownRole(ctx.services, ctx.connection, toScope(input.scope))),
  list: baseProcedure
    .input(listRolesInput)
    .query(({ ctx, input }) => listRoles(ctx.services, ctx.connection, toScope(input.scope))),
  grant: baseProcedure
    .input(grantRoleInput)
    .mutation(({ ctx, input }) => grantRole(ctx.services, ctx.connection, { ...input, scope: toScope(input.scope) })),
  withdraw: baseProcedure
    .input(withdrawRoleInput)
    .mutation(({ ctx, input }) =>
      withdrawRole(ctx.services, ctx.connection, { ...input, scope: toScope(input.scope) }),
    ),
});
