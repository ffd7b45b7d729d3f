import { newId } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { cpuOfMongod } from './databaseCpu.ts';
import { dropDatabase } from './dropDatabase.ts';
import type { LaunchContext } from './system.ts';

/** A database to fill, and the settings of a server on it. It is dropped with the stack, unless `keptName` is given. */
export async function filledMongo({ services, stack }: Pick<LaunchContext, 'services' | 'stack'>, keptName?: string) {
  const [uri, redis] = await Promise.all([services.mongodb(), services.redis()]);
  const database = keptName ?? `bench_${newId()}`;
  if (keptName === undefined) stack.defer(() => dropDatabase(uri, database));
  const client = stack.use(await MongoClient.connect(uri));
  /** The CPU time of mongod so far, in microseconds. */
  const databaseCpu = () => cpuOfMongod(client);
  const settings = { MONGODB_URI: uri, MONGODB_DB: database, REDIS_URL: redis, REDIS_PREFIX: database };
  return { location: { uri, database }, db: client.db(database), settings, databaseCpu };
}
