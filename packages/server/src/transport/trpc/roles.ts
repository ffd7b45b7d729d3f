import { grantRoleInput, listRolesInput, withdrawRoleInput } from '@earshot/shared';
import { grantRole, withdrawRole } from '../../domain/rights/changeRoles.ts';
import { listRoles } from '../../domain/rights/listRoles.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { toScope } from './toScope.ts';

export const rolesRouter = router({
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
