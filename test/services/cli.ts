import { parseArgs } from 'node:util';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis.ts';

const help = `Starts a MongoDB (a replica set with one member) and a Valkey or Redis on 127.0.0.1, and prints their URLs.
Ctrl-C stops them and deletes their data.

Usage: pnpm services [--mongodb-port PORT] [--redis-port PORT]

  --mongodb-port PORT   default: a free port
  --redis-port PORT     default: a free port
  --help                show this help

Programs come from PATH (mongod; valkey-server or redis-server), else they are downloaded into the user's cache folder.
`;

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`not a port: ${text}`);
  return port;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'mongodb-port': { type: 'string' }, 'redis-port': { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const ports = { mongodb: readPort(values['mongodb-port']), redis: readPort(values['redis-port']) };
  const stopAsked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await using mongod = await startMongod({ port: ports.mongodb });
  await using redis = await startRedis({ port: ports.redis });
  process.stdout.write(`export MONGODB_URI='${mongod.url}' REDIS_URL='${redis.url}'\n`);
  process.stderr.write('Ctrl-C stops both.\n');
  const staysAlive = setInterval(() => {}, 60_000);
  await stopAsked;
  clearInterval(staysAlive);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
