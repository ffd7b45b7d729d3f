import { parseCommandLine, runScript, wholeNumber } from '../resources/commandLine.ts';
import { startMongod } from './mongod.ts';
import { startRedis } from './redis.ts';
import { isFree } from './service.ts';

const help = `Starts a MongoDB (a replica set with one member) and a Valkey or Redis on 127.0.0.1, and prints their URLs.
Ctrl-C stops them and deletes their data.

Usage: pnpm services [--mongodb-port PORT] [--redis-port PORT]

  --mongodb-port PORT   default: a free port
  --redis-port PORT     default: a free port
  --help                show this help

Programs come from PATH (mongod; valkey-server or redis-server), else they are downloaded into the user's cache folder.
`;

type PortOption = '--mongodb-port' | '--redis-port';

/** Parses a port, and throws if another program listens on it: the service could not start, or the wait for it would reach that program. */
async function readPort(option: PortOption, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const port = wholeNumber(option, text, [1, 65_535]);
  if (await isFree(port)) return port;
  throw new Error(`${option}: port ${port} is in use. Choose another one, or leave the option out.`);
}

async function main(): Promise<void> {
  const { values } = parseCommandLine({
    options: { 'mongodb-port': { type: 'string' }, 'redis-port': { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const ports = {
    mongodb: await readPort('--mongodb-port', values['mongodb-port']),
    redis: await readPort('--redis-port', values['redis-port']),
  };
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

await runScript(main);
