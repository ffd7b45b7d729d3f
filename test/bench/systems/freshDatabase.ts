import { newId } from '@earshot/shared';
import { dropDatabase } from './dropDatabase.ts';
import type { LaunchContext } from './system.ts';

/** The settings of a system for an empty database, which is dropped with the system. */
export async function freshDatabase({ services, stack }: LaunchContext) {
  const uri = await services.mongodb();
  const database = `bench_${newId()}`;
  stack.defer(() => dropDatabase(uri, database));
  return { MONGODB_URI: uri, MONGODB_DB: database };
}
