import type { TestProject } from 'vitest/node';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A replica set. Each test uses a database name of its own. */
    mongodbUri: string;
    /** Each test uses a key prefix and room ids of its own. */
    redisUrl: string;
  }
}

interface SharedServices {
  users: number;
  started: ReturnType<typeof start>;
}

declare global {
  // Every vitest project loads this module separately, all in one process, so the shared services are stored globally.
  var earshotTestServices: SharedServices | undefined;
}

/** Provides a vitest project with the URLs of one mongod and one Valkey or Redis for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  globalThis.earshotTestServices ??= { users: 0, started: start() };
  const services = globalThis.earshotTestServices;
  services.users += 1;
  const { mongodbUri, redisUrl } = await services.started;
  project.provide('mongodbUri', mongodbUri);
  project.provide('redisUrl', redisUrl);
  return async () => {
    services.users -= 1;
    if (services.users > 0) return;
    globalThis.earshotTestServices = undefined;
    await (await services.started)[Symbol.asyncDispose]();
  };
}

async function start() {
  const given = { mongodbUri: process.env.MONGODB_URI, redisUrl: process.env.REDIS_URL };
  const stack = new AsyncDisposableStack();
  const mongod = given.mongodbUri ? undefined : stack.use(await startMongod());
  const redis = given.redisUrl ? undefined : stack.use(await startRedis());
  return {
    mongodbUri: given.mongodbUri ?? mongod?.url ?? '',
    redisUrl: given.redisUrl ?? redis?.url ?? '',
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
