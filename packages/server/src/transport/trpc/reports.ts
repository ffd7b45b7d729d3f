import { fileReportInput, ownReportsInput, reportCountInput, reportsInput, resolveReportInput } from '@earshot/shared';
import { fileReport } from '../../domain/reports/fileReport.ts';
import { countReports, listReports } from '../../domain/reports/listReports.ts';
import { ownReports } from '../../domain/reports/ownReports.ts';
import { resolveReport } from '../../domain/reports/resolveReport.ts';
import { baseProcedure } from './baseProcedure.ts';
import { router } from './init.ts';
import { toScope } from './toScope.ts';

export const reportsRouter = router({
  file: baseProcedure
    .input(fileReportInput)
    .mutation(({ ctx, input }) => fileReport(ctx.services, ctx.connection, input)),
  mine: baseProcedure.input(ownReportsInput).query(({ ctx, input }) => ownReports(ctx.services, ctx.connection, input)),
  list: baseProcedure
    .input(reportsInput)
    .query(({ ctx, input: { scope, ...page } }) =>
      listReports(ctx.services, ctx.connection, { scope: toScope(scope), ...page }),
    ),
  count: baseProcedure
    .input(reportCountInput)
    .query(({ ctx, input }) => countReports(ctx.services, ctx.connection, toScope(input.scope))),
  resolve: baseProcedure
    .input(resolveReportInput)
    .mutation(({ ctx, input }) => resolveReport(ctx.services, ctx.connection, input)),
});
