import { auditInput } from '@earshot/shared';
import { readAudit } from '../../domain/readAudit.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';

export const moderationRouter = router({
  audit: baseProcedure.input(auditInput).query(({ ctx, input }) => readAudit(ctx.services, ctx.connection, input)),
});
