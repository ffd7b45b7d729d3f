import { Redis } from 'ioredis';

/** A client of Redis that a test uses beside Earshot. */
export function connectRedis(url: string) {
  const client = new Redis(url);
  return { client, [Symbol.dispose]: () => client.disconnect() };
}
