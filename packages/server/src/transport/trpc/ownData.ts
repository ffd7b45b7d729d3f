import { eraseInput, exportInput } from '@earshot/shared';
import { exportOwnData, readOwnMessages } from '../../domain/ownData/exportData.ts';
import { readErasure, requestErasure } from '../../domain/ownData/requestErasure.ts';
import { baseProcedure } from './baseProcedure.ts';

/** The procedures of `me` about the data that is stored about the caller. */
export const ownDataProcedures = {
  export: baseProcedure
    .input(exportInput)
    .query(({ ctx, input }) => exportOwnData(ctx.services, ctx.connection, input)),
  messages: baseProcedure
    .input(exportInput)
    .query(({ ctx, input }) => readOwnMessages(ctx.services, ctx.connection, input)),
  erase: baseProcedure.input(eraseInput).mutation(({ ctx }) => requestErasure(ctx.services, ctx.connection)),
  erasure: baseProcedure.query(({ ctx }) => readErasure(ctx.services, ctx.connection)),
};
