import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { Services } from './services.ts';

/** CPU time of databases, in microseconds. */
export interface DatabaseCpu {
  mongodCpu: number;
  redisCpu: number;
}

/** Reads the CPU time that MongoDB and Redis have used so far. The connections are closed with the stack. */
export async function openDatabaseCpu(
  services: Services,
  stack: AsyncDisposableStack,
): Promise<() => Promise<DatabaseCpu>> {
  const client = stack.use(await MongoClient.connect(await services.mongodb()));
  const redis = stack.adopt(new Redis(await services.redis()), (connection) => connection.disconnect());
  return async () => ({ mongodCpu: await cpuOfMongod(client), redisCpu: await cpuOfRedis(redis) });
}

export async function cpuOfMongod(client: MongoClient): Promise<number> {
  const { extra_info: info } = await client.db('admin').command({ serverStatus: 1 });
  return Number(info.user_time_us) + Number(info.system_time_us);
}

async function cpuOfRedis(redis: Redis): Promise<number> {
  const info = await redis.info('cpu');
  const seconds = (name: string) => Number(new RegExp(`^${name}:(.+)$`, 'm').exec(info)?.[1]);
  return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1_000_000;
}
