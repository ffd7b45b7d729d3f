import { router } from './init.ts';
import { ownDataProcedures } from './ownData.ts';

export const meRouter = router({
  ...ownDataProcedures,
});
